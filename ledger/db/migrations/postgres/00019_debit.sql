-- +goose Up
-- Standing orders recognised by a permanent reference, and SEPA direct debits.

-- What a member writes on every transfer of a standing order.
CREATE TABLE IF NOT EXISTS standing_references (
    holder    BYTEA  NOT NULL PRIMARY KEY,
    reference TEXT   NOT NULL UNIQUE,
    made_at   BIGINT  NOT NULL
);
-- Bank lines that were credited by it: each once.
CREATE TABLE IF NOT EXISTS standing_payments (
    bank_reference TEXT   NOT NULL,
    holder         BYTEA  NOT NULL,
    conversion     BYTEA  NOT NULL,
    PRIMARY KEY (bank_reference, holder)
);

-- Who collects.
CREATE TABLE IF NOT EXISTS debit_creditor (
    id          BIGINT  NOT NULL PRIMARY KEY CHECK (id = 1),
    ics         TEXT    NOT NULL CHECK (ics <> ''),
    notice_days BIGINT  NOT NULL CHECK (notice_days BETWEEN 1 AND 14)
);
CREATE TABLE IF NOT EXISTS mandates (
    id         BYTEA   NOT NULL PRIMARY KEY,
    holder     BYTEA   NOT NULL,
    rum        TEXT    NOT NULL UNIQUE,
    iban       TEXT    NOT NULL,
    bic        TEXT    NOT NULL,
    name       TEXT    NOT NULL CHECK (name <> ''),
    signed_on  BIGINT  NOT NULL,
    rhythm     TEXT    NOT NULL CHECK (rhythm IN ('once', 'monthly', 'low')),
    euros      BIGINT  NOT NULL CHECK (euros > 0),
    day        BIGINT  NOT NULL CHECK (day BETWEEN 0 AND 28), -- of the month
    low        BIGINT  NOT NULL CHECK (low >= 0),             -- units below which is debited
    status     TEXT    NOT NULL CHECK (status IN ('active', 'suspended', 'revoked', 'closed', 'void')),
    used_on    BIGINT ,                                       -- last presentation
    created_by BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL,
    ended_at   BIGINT 
);
CREATE INDEX IF NOT EXISTS mandates_of_holder ON mandates (holder, id);
CREATE INDEX IF NOT EXISTS mandates_active ON mandates (id) WHERE status = 'active';

CREATE TABLE IF NOT EXISTS debit_runs (
    id           BYTEA   NOT NULL PRIMARY KEY,
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'exported', 'cancelled')),
    account      TEXT    NOT NULL,
    ics          TEXT    NOT NULL,
    lines        BIGINT  NOT NULL CHECK (lines > 0),
    total        BIGINT  NOT NULL CHECK (total > 0),
    digest       TEXT    NOT NULL,
    prepared_by  BYTEA   NOT NULL,
    prepared_at  BIGINT  NOT NULL,
    approved_by  BYTEA,
    approved_at  BIGINT ,
    exported_at  BIGINT ,
    CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);
CREATE TABLE IF NOT EXISTS debits (
    id         BYTEA   NOT NULL PRIMARY KEY,
    mandate    BYTEA   NOT NULL REFERENCES mandates (id),
    holder     BYTEA   NOT NULL,
    period     TEXT    NOT NULL, -- what it is debited for: once of each
    euros      BIGINT  NOT NULL CHECK (euros > 0),
    noticed_on BIGINT  NOT NULL,
    collect_on BIGINT  NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('noticed', 'in_run', 'sent', 'collected', 'returned', 'cancelled')),
    sequence   TEXT    NOT NULL CHECK (sequence IN ('', 'FRST', 'RCUR', 'OOFF')),
    run        BYTEA   REFERENCES debit_runs (id),
    conversion BYTEA,
    reason     TEXT    NOT NULL DEFAULT '', -- code of its return
    UNIQUE (mandate, period),
    CHECK (collect_on > noticed_on)
);
CREATE INDEX IF NOT EXISTS debits_noticed ON debits (collect_on) WHERE status = 'noticed';
CREATE INDEX IF NOT EXISTS debits_of_run ON debits (run, id);
