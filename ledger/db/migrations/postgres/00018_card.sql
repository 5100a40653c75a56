-- +goose Up
-- Euros that come by card or direct debit. The check has one name on PostgreSQL
-- and another one on CockroachDB.

ALTER TABLE conversions DROP CONSTRAINT IF EXISTS conversions_channel_check;
ALTER TABLE conversions DROP CONSTRAINT IF EXISTS check_channel;
ALTER TABLE conversions DROP CONSTRAINT IF EXISTS conversions_channels;
ALTER TABLE conversions ADD CONSTRAINT conversions_channels CHECK (channel IN ('desk', 'transfer', 'card', 'debit'));

-- The payment of a conversion at a card provider: at most one each way, so that
-- a payment credits once.
CREATE TABLE IF NOT EXISTS checkouts (
    conversion BYTEA   NOT NULL PRIMARY KEY,
    provider   TEXT    NOT NULL CHECK (provider <> ''),
    payment    TEXT    NOT NULL CHECK (payment <> ''), -- its id at the provider
    url        TEXT    NOT NULL,                       -- where the payer pays
    outcome    TEXT    NOT NULL CHECK (outcome IN ('open', 'credited', 'suspense', 'refunded', 'closed')),
    reason     TEXT    NOT NULL DEFAULT '',            -- why a person must look at it
    received   BIGINT  NOT NULL DEFAULT 0 CHECK (received >= 0),
    entry      BYTEA,                                  -- of euros in suspense
    created_at BIGINT  NOT NULL,
    read_at    BIGINT,
    UNIQUE (provider, payment)
);
CREATE INDEX IF NOT EXISTS checkouts_open ON checkouts (conversion) WHERE outcome = 'open';
CREATE INDEX IF NOT EXISTS checkouts_odd ON checkouts (conversion) WHERE reason <> '';
