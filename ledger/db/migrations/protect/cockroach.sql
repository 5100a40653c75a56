-- The journal is only ever added to, whatever program asks. CockroachDB has
-- triggers since v24.3, of rows only: they do not see TRUNCATE. A function that a
-- trigger uses cannot be replaced there, so the triggers go first and come back.
-- Statements end with a line that holds only --.

DROP TRIGGER IF EXISTS entries_are_final ON entries;
--
DROP TRIGGER IF EXISTS entries_stay ON entries;
--
DROP TRIGGER IF EXISTS postings_are_final ON postings;
--
DROP TRIGGER IF EXISTS postings_stay ON postings;
--
DROP TRIGGER IF EXISTS commands_are_final ON commands;
--
DROP TRIGGER IF EXISTS commands_stay ON commands;
--
DROP TRIGGER IF EXISTS confirmations_are_final ON confirmations;
--
DROP TRIGGER IF EXISTS confirmations_stay ON confirmations;
--
CREATE OR REPLACE FUNCTION noria_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION '% are never changed', TG_TABLE_NAME;
    END IF;
    RAISE EXCEPTION '% are never deleted', TG_TABLE_NAME;
    RETURN OLD;
END
$$;
--
CREATE TRIGGER entries_are_final BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER entries_stay BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER postings_are_final BEFORE UPDATE ON postings FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER postings_stay BEFORE DELETE ON postings FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER commands_are_final BEFORE UPDATE ON commands FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER commands_stay BEFORE DELETE ON commands FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER confirmations_are_final BEFORE UPDATE ON confirmations FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE TRIGGER confirmations_stay BEFORE DELETE ON confirmations FOR EACH ROW EXECUTE FUNCTION noria_final();
