-- +goose Up
-- Debits that a bank took back, what holders owe since then, how old the value is
-- that a bonus gave, and loops of change, payment and redemption.

-- A conversion whose euros the bank took back. Its status is reversed; its
-- reversal is the entry named here.
CREATE TABLE chargebacks (
    conversion     BLOB    NOT NULL PRIMARY KEY REFERENCES conversions (id),
    holder         BLOB    NOT NULL,
    code           TEXT    NOT NULL CHECK (length(code) = 4),
    bank_reference TEXT    NOT NULL,
    account        TEXT    NOT NULL, -- that the euros left
    euros          INTEGER NOT NULL CHECK (euros > 0),
    bonus          INTEGER NOT NULL CHECK (bonus >= 0),
    taken          INTEGER NOT NULL CHECK (taken >= 0 AND taken <= euros + bonus), -- units that were there
    entry          BLOB    NOT NULL,
    returned_by    BLOB    NOT NULL,
    returned_at    INTEGER NOT NULL
);
CREATE INDEX chargebacks_of_holder ON chargebacks (holder);
CREATE UNIQUE INDEX chargebacks_reference ON chargebacks (bank_reference, conversion);

-- What a holder owes: the account eur:receivable of the holder is owed here too,
-- so that the door finds debtors without reading accounts.
CREATE TABLE receivables (
    holder    BLOB    NOT NULL PRIMARY KEY,
    owed      INTEGER NOT NULL CHECK (owed >= 0),
    incurred  INTEGER NOT NULL CHECK (incurred >= owed),
    recovered INTEGER NOT NULL DEFAULT 0 CHECK (recovered >= 0),
    waived    INTEGER NOT NULL DEFAULT 0 CHECK (waived >= 0),
    since     INTEGER NOT NULL,
    CHECK (owed + recovered + waived = incurred)
);
CREATE INDEX receivables_open ON receivables (holder) WHERE owed > 0;

-- What is proposed to be given up; another person approves it (D9).
CREATE TABLE waivers (
    id          BLOB    NOT NULL PRIMARY KEY,
    holder      BLOB    NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    reason      TEXT    NOT NULL CHECK (reason <> ''),
    entry       BLOB,
    proposed_by BLOB    NOT NULL,
    proposed_at INTEGER NOT NULL,
    approved_by BLOB    CHECK (approved_by IS NULL OR approved_by <> proposed_by),
    approved_at INTEGER,
    CHECK ((entry IS NULL) = (approved_at IS NULL))
);
CREATE UNIQUE INDEX waivers_open ON waivers (holder) WHERE approved_at IS NULL;

-- How long bonus-born value waits before a redemption; no row, or 0, for not at all.
CREATE TABLE bonus_wait (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 366)
);

-- Value that a bonus gave, where it lies: a range of the cumulative credits of a
-- wallet. What the wallet has spent is the range below its cumulative debits, so
-- that the first units in are the first out and no row ever changes.
CREATE TABLE bonus_lots (
    holder  BLOB    NOT NULL,
    start   INTEGER NOT NULL,
    stop    INTEGER NOT NULL CHECK (stop > start),
    born_on INTEGER NOT NULL, -- the day of the bonus
    PRIMARY KEY (holder, start)
);

CREATE TABLE loops (
    redemption BLOB    NOT NULL REFERENCES redemptions (id),
    conversion BLOB    NOT NULL REFERENCES conversions (id),
    payment    BLOB    NOT NULL, -- the entry
    payer      BLOB    NOT NULL,
    payee      BLOB    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    linked     TEXT    NOT NULL,
    found_at   INTEGER NOT NULL,
    closed_by  BLOB,
    closed_at  INTEGER,
    note       TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (redemption, conversion, payment)
);
