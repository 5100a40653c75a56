-- +goose NO TRANSACTION
-- +goose Up
-- Ways to what treasurers and auditors ask for. Each index holds few rows: what
-- is written all day long, payments and their commands, enters none of them.

CREATE INDEX IF NOT EXISTS conversions_by_bank_reference ON conversions (bank_reference) WHERE bank_reference <> '';
CREATE INDEX IF NOT EXISTS redemptions_by_bank_reference ON redemptions (bank_reference) WHERE bank_reference <> '';
CREATE INDEX IF NOT EXISTS entries_by_reversed ON entries (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX IF NOT EXISTS commands_of_settings ON commands (seq) WHERE action IN ('currency.open', 'currency.set');
