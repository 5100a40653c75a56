-- +goose Up
-- Members are asked to confirm that digital units are held for notes. A check has
-- one name on PostgreSQL and another one on CockroachDB.

ALTER TABLE intents DROP CONSTRAINT IF EXISTS intents_kind_check;
ALTER TABLE intents DROP CONSTRAINT IF EXISTS check_kind;
ALTER TABLE intents DROP CONSTRAINT IF EXISTS intents_kinds;
ALTER TABLE intents ADD CONSTRAINT intents_kinds CHECK (kind IN ('payment', 'request', 'redemption', 'notes'));

ALTER TABLE intents DROP CONSTRAINT IF EXISTS intents_check4;
ALTER TABLE intents DROP CONSTRAINT IF EXISTS check_kind_payee;
ALTER TABLE intents DROP CONSTRAINT IF EXISTS intents_payees;
ALTER TABLE intents ADD CONSTRAINT intents_payees CHECK ((kind IN ('redemption', 'notes')) = (payee IS NULL));

ALTER TABLE confirmations DROP CONSTRAINT IF EXISTS confirmations_kind_check;
ALTER TABLE confirmations DROP CONSTRAINT IF EXISTS check_kind;
ALTER TABLE confirmations DROP CONSTRAINT IF EXISTS confirmations_kinds;
ALTER TABLE confirmations ADD CONSTRAINT confirmations_kinds CHECK (kind IN ('payment', 'request', 'redemption', 'notes'));
