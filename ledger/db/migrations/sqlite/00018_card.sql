-- +goose Up
-- Euros that come by card or direct debit. SQLite cannot change a check, so the
-- table of conversions is written anew with the wider one.

CREATE TABLE conversions_wider (
    id             BLOB    NOT NULL PRIMARY KEY,
    reference      TEXT    NOT NULL UNIQUE,
    holder         BLOB    NOT NULL,
    channel        TEXT    NOT NULL CHECK (channel IN ('desk', 'transfer', 'card', 'debit')),
    status         TEXT    NOT NULL CHECK (status IN ('awaiting_euros', 'settled', 'expired', 'cancelled', 'reversed')),
    euros          INTEGER NOT NULL CHECK (euros > 0),
    bonus          INTEGER NOT NULL CHECK (bonus >= 0),
    campaign       BLOB    REFERENCES campaigns (id),
    period         TEXT    NOT NULL,
    account        TEXT    NOT NULL, -- the till, bank account or provider that receives the euros
    bank_reference TEXT    NOT NULL DEFAULT '',
    reason         TEXT    NOT NULL DEFAULT '', -- of a reversal
    entry          BLOB,
    reversal       BLOB,
    created_by     BLOB    NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    closed_at      INTEGER,
    settled_on     INTEGER,
    means          TEXT    NOT NULL DEFAULT '', -- of euros handed over at a desk
    CHECK ((bonus > 0) = (campaign IS NOT NULL)),
    CHECK ((status IN ('settled', 'reversed')) = (entry IS NOT NULL)),
    CHECK ((status = 'reversed') = (reversal IS NOT NULL)),
    CHECK ((status = 'awaiting_euros') = (closed_at IS NULL))
);
INSERT INTO conversions_wider (id, reference, holder, channel, status, euros, bonus, campaign, period, account, bank_reference, reason,
        entry, reversal, created_by, created_at, expires_at, closed_at, settled_on, means)
    SELECT id, reference, holder, channel, status, euros, bonus, campaign, period, account, bank_reference, reason,
        entry, reversal, created_by, created_at, expires_at, closed_at, settled_on, means FROM conversions;
DROP TABLE conversions;
ALTER TABLE conversions_wider RENAME TO conversions;
CREATE INDEX conversions_of_holder ON conversions (holder, id);
CREATE INDEX conversions_of_campaign ON conversions (campaign, settled_on);
CREATE INDEX conversions_due ON conversions (expires_at) WHERE status = 'awaiting_euros';
CREATE INDEX conversions_at_desk ON conversions (account, settled_on) WHERE channel = 'desk';
CREATE INDEX conversions_by_bank_reference ON conversions (bank_reference) WHERE bank_reference <> '';

-- The payment of a conversion at a card provider: at most one each way, so that
-- a payment credits once.
CREATE TABLE checkouts (
    conversion BLOB    NOT NULL PRIMARY KEY,
    provider   TEXT    NOT NULL CHECK (provider <> ''),
    payment    TEXT    NOT NULL CHECK (payment <> ''), -- its id at the provider
    url        TEXT    NOT NULL,                       -- where the payer pays
    outcome    TEXT    NOT NULL CHECK (outcome IN ('open', 'credited', 'suspense', 'refunded', 'closed')),
    reason     TEXT    NOT NULL DEFAULT '',            -- why a person must look at it
    received   INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
    entry      BLOB,                                   -- of euros in suspense
    created_at INTEGER NOT NULL,
    read_at    INTEGER,
    UNIQUE (provider, payment)
);
CREATE INDEX checkouts_open ON checkouts (conversion) WHERE outcome = 'open';
CREATE INDEX checkouts_odd ON checkouts (conversion) WHERE reason <> '';
