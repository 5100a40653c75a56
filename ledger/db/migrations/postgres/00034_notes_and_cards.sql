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

-- What somebody decided about a payment by card that the book and its provider
-- tell differently. One proposal at most is open for a payment.
CREATE TABLE IF NOT EXISTS card_decisions (
    id          BYTEA   NOT NULL PRIMARY KEY,
    provider    TEXT    NOT NULL,
    payment     TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('credit', 'returned', 'noted')),
    holder      BYTEA,            -- who is credited
    amount      BIGINT  NOT NULL CHECK (amount >= 0),
    odd         TEXT    NOT NULL, -- why somebody had to look
    note        TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('proposed', 'done', 'withdrawn')),
    made        BYTEA,            -- the conversion that credits
    proposed_by BYTEA   NOT NULL,
    proposed_at BIGINT  NOT NULL,
    closed_by   BYTEA,
    closed_at   BIGINT,
    open        BIGINT  CHECK (open = 1),
    CHECK ((kind = 'credit') = (holder IS NOT NULL)),
    CHECK ((status = 'proposed') = (open IS NOT NULL)),
    CHECK ((status = 'proposed') = (closed_by IS NULL)),
    CHECK (status <> 'done' OR kind = 'noted' OR closed_by <> proposed_by),
    UNIQUE (provider, payment, open)
);
