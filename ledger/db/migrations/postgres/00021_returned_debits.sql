-- +goose NO TRANSACTION
-- +goose Up
-- Debits that a bank took back, what holders owe since then, how old the value is
-- that a bonus gave, and loops of change, payment and redemption.

-- A conversion whose euros the bank took back. Its status is reversed; its
-- reversal is the entry named here.
CREATE TABLE IF NOT EXISTS chargebacks (
    conversion     BYTEA    NOT NULL PRIMARY KEY REFERENCES conversions (id),
    holder         BYTEA    NOT NULL,
    code           TEXT    NOT NULL CHECK (length(code) = 4),
    bank_reference TEXT    NOT NULL,
    account        TEXT    NOT NULL, -- that the euros left
    euros          BIGINT NOT NULL CHECK (euros > 0),
    bonus          BIGINT NOT NULL CHECK (bonus >= 0),
    taken          BIGINT NOT NULL CHECK (taken >= 0 AND taken <= euros + bonus), -- units that were there
    entry          BYTEA    NOT NULL,
    returned_by    BYTEA    NOT NULL,
    returned_at    BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS chargebacks_of_holder ON chargebacks (holder);
CREATE UNIQUE INDEX IF NOT EXISTS chargebacks_reference ON chargebacks (bank_reference, conversion);

-- What a holder owes: the account eur:receivable of the holder is owed here too,
-- so that the door finds debtors without reading accounts.
CREATE TABLE IF NOT EXISTS receivables (
    holder    BYTEA    NOT NULL PRIMARY KEY,
    owed      BIGINT NOT NULL CHECK (owed >= 0),
    incurred  BIGINT NOT NULL CHECK (incurred >= owed),
    recovered BIGINT NOT NULL DEFAULT 0 CHECK (recovered >= 0),
    waived    BIGINT NOT NULL DEFAULT 0 CHECK (waived >= 0),
    since     BIGINT NOT NULL,
    CHECK (owed + recovered + waived = incurred)
);
CREATE INDEX IF NOT EXISTS receivables_open ON receivables (holder) WHERE owed > 0;

-- What is proposed to be given up; another person approves it (D9).
CREATE TABLE IF NOT EXISTS waivers (
    id          BYTEA    NOT NULL PRIMARY KEY,
    holder      BYTEA    NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount > 0),
    reason      TEXT    NOT NULL CHECK (reason <> ''),
    entry       BYTEA,
    proposed_by BYTEA    NOT NULL,
    proposed_at BIGINT NOT NULL,
    approved_by BYTEA    CHECK (approved_by IS NULL OR approved_by <> proposed_by),
    approved_at BIGINT,
    CHECK ((entry IS NULL) = (approved_at IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS waivers_open ON waivers (holder) WHERE approved_at IS NULL;

-- How long bonus-born value waits before a redemption; no row, or 0, for not at all.
CREATE TABLE IF NOT EXISTS bonus_wait (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    days BIGINT NOT NULL CHECK (days BETWEEN 0 AND 366)
);

-- Value that a bonus gave, where it lies: a range of the cumulative credits of a
-- wallet. What the wallet has spent is the range below its cumulative debits, so
-- that the first units in are the first out and no row ever changes.
CREATE TABLE IF NOT EXISTS bonus_lots (
    holder  BYTEA    NOT NULL,
    start   BIGINT NOT NULL,
    stop    BIGINT NOT NULL CHECK (stop > start),
    born_on BIGINT NOT NULL, -- the day of the bonus
    PRIMARY KEY (holder, start)
);

CREATE TABLE IF NOT EXISTS loops (
    redemption BYTEA    NOT NULL REFERENCES redemptions (id),
    conversion BYTEA    NOT NULL REFERENCES conversions (id),
    payment    BYTEA    NOT NULL, -- the entry
    payer      BYTEA    NOT NULL,
    payee      BYTEA    NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    linked     TEXT    NOT NULL,
    found_at   BIGINT NOT NULL,
    closed_by  BYTEA,
    closed_at  BIGINT,
    note       TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (redemption, conversion, payment)
);
