-- +goose Up
-- Standing orders recognised by a permanent reference, and SEPA direct debits.

-- What a member writes on every transfer of a standing order.
CREATE TABLE standing_references (
    holder    BLOB   NOT NULL PRIMARY KEY,
    reference TEXT   NOT NULL UNIQUE,
    made_at   INTEGER NOT NULL
);
-- Bank lines that were credited by it: each once.
CREATE TABLE standing_payments (
    bank_reference TEXT   NOT NULL,
    holder         BLOB   NOT NULL,
    conversion     BLOB   NOT NULL,
    PRIMARY KEY (bank_reference, holder)
);

-- Who collects.
CREATE TABLE debit_creditor (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    ics         TEXT    NOT NULL CHECK (ics <> ''),
    notice_days INTEGER NOT NULL CHECK (notice_days BETWEEN 1 AND 14)
);
CREATE TABLE mandates (
    id         BLOB    NOT NULL PRIMARY KEY,
    holder     BLOB    NOT NULL,
    rum        TEXT    NOT NULL UNIQUE,
    iban       TEXT    NOT NULL,
    bic        TEXT    NOT NULL,
    name       TEXT    NOT NULL CHECK (name <> ''),
    signed_on  INTEGER NOT NULL,
    rhythm     TEXT    NOT NULL CHECK (rhythm IN ('once', 'monthly', 'low')),
    euros      INTEGER NOT NULL CHECK (euros > 0),
    day        INTEGER NOT NULL CHECK (day BETWEEN 0 AND 28), -- of the month
    low        INTEGER NOT NULL CHECK (low >= 0),             -- units below which is debited
    status     TEXT    NOT NULL CHECK (status IN ('active', 'suspended', 'revoked', 'closed', 'void')),
    used_on    INTEGER,                                       -- last presentation
    created_by BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER
);
CREATE INDEX mandates_of_holder ON mandates (holder, id);
CREATE INDEX mandates_active ON mandates (id) WHERE status = 'active';

CREATE TABLE debit_runs (
    id           BLOB    NOT NULL PRIMARY KEY,
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'exported', 'cancelled')),
    account      TEXT    NOT NULL,
    ics          TEXT    NOT NULL,
    lines        INTEGER NOT NULL CHECK (lines > 0),
    total        INTEGER NOT NULL CHECK (total > 0),
    digest       TEXT    NOT NULL,
    prepared_by  BLOB    NOT NULL,
    prepared_at  INTEGER NOT NULL,
    approved_by  BLOB,
    approved_at  INTEGER,
    exported_at  INTEGER,
    CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);
CREATE TABLE debits (
    id         BLOB    NOT NULL PRIMARY KEY,
    mandate    BLOB    NOT NULL REFERENCES mandates (id),
    holder     BLOB    NOT NULL,
    period     TEXT    NOT NULL, -- what it is debited for: once of each
    euros      INTEGER NOT NULL CHECK (euros > 0),
    noticed_on INTEGER NOT NULL,
    collect_on INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('noticed', 'in_run', 'sent', 'collected', 'returned', 'cancelled')),
    sequence   TEXT    NOT NULL CHECK (sequence IN ('', 'FRST', 'RCUR', 'OOFF')),
    run        BLOB    REFERENCES debit_runs (id),
    conversion BLOB,
    reason     TEXT    NOT NULL DEFAULT '', -- code of its return
    UNIQUE (mandate, period),
    CHECK (collect_on > noticed_on)
);
CREATE INDEX debits_noticed ON debits (collect_on) WHERE status = 'noticed';
CREATE INDEX debits_of_run ON debits (run, id);
