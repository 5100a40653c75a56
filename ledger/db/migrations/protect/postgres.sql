-- The journal is only ever added to, whatever program asks. This file may be run
-- again at any time: nothing is without protection while it runs. It needs
-- PostgreSQL 14 or later. Statements end with a line that holds only --.

CREATE OR REPLACE FUNCTION noria_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION '% are never changed', TG_TABLE_NAME;
    END IF;
    RAISE EXCEPTION '% are never deleted', TG_TABLE_NAME;
END
$$;
--
CREATE OR REPLACE TRIGGER entries_are_final BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER entries_stay BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER entries_remain BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER postings_are_final BEFORE UPDATE ON postings FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER postings_stay BEFORE DELETE ON postings FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER postings_remain BEFORE TRUNCATE ON postings FOR EACH STATEMENT EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER commands_are_final BEFORE UPDATE ON commands FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER commands_stay BEFORE DELETE ON commands FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER commands_remain BEFORE TRUNCATE ON commands FOR EACH STATEMENT EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER confirmations_are_final BEFORE UPDATE ON confirmations FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER confirmations_stay BEFORE DELETE ON confirmations FOR EACH ROW EXECUTE FUNCTION noria_final();
--
CREATE OR REPLACE TRIGGER confirmations_remain BEFORE TRUNCATE ON confirmations FOR EACH STATEMENT EXECUTE FUNCTION noria_final();

--
-- Texts are compared and ordered by their bytes, as on the other engines,
-- whatever the database's own order is. Views, and what extensions brought, are
-- left as they are.
DO $$
DECLARE
    c RECORD;
BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
            AND EXISTS (SELECT 1 FROM pg_class k
                WHERE k.relnamespace = current_schema()::regnamespace AND k.relname = table_name AND k.relkind = 'r'
                    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = k.oid AND d.deptype = 'e')) LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', c.table_name, c.column_name);
    END LOOP;
END
$$;
--
-- Rows that change in place find room beside themselves.
ALTER TABLE balances SET (fillfactor = 50);
--
ALTER TABLE head SET (fillfactor = 10);
