-- +goose Up
-- Fonte (L12): dated rules by which a share of idle units goes to an association.
-- Rows are added and never changed, but for a period that is closed once.

CREATE TABLE IF NOT EXISTS fonte_rules (
    id          BYTEA    NOT NULL PRIMARY KEY,
    rate        TEXT    NOT NULL,
    period      TEXT    NOT NULL CHECK (period IN ('month', 'quarter', 'half-year')),
    first_day   BIGINT NOT NULL,                                  -- civil date at which a period begins
    receiver    BYTEA    NOT NULL,                                  -- the association that units go to
    kinds       TEXT    NOT NULL,                                  -- of holder, with blanks between
    exempt      BIGINT NOT NULL CHECK (exempt >= 0),              -- of each holder
    notice_days BIGINT NOT NULL CHECK (notice_days BETWEEN 30 AND 366),
    prepared_by BYTEA    NOT NULL,
    prepared_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS fonte_approvals (
    rule        BYTEA    NOT NULL PRIMARY KEY REFERENCES fonte_rules (id),
    prepared_by BYTEA    NOT NULL,
    approved_by BYTEA    NOT NULL CHECK (approved_by <> prepared_by),
    approved_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS fonte_ends (
    rule     BYTEA    NOT NULL PRIMARY KEY REFERENCES fonte_rules (id),
    ended_by BYTEA    NOT NULL,
    ended_at BIGINT NOT NULL
);

-- Who was written to about a rule.
CREATE TABLE IF NOT EXISTS fonte_notices (
    rule    BYTEA    NOT NULL REFERENCES fonte_rules (id),
    holder  BYTEA    NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (rule, holder)
);

-- A period that is being taken, or was.
CREATE TABLE IF NOT EXISTS fonte_periods (
    rule      BYTEA    NOT NULL REFERENCES fonte_rules (id),
    first_day BIGINT NOT NULL,
    last_day  BIGINT NOT NULL CHECK (last_day > first_day),
    opened_at BIGINT NOT NULL,
    holders   BIGINT,
    total     BIGINT CHECK (total >= 0),
    entry     BYTEA,                       -- none where nothing was taken
    closed_at BIGINT,
    PRIMARY KEY (rule, first_day)
);

CREATE TABLE IF NOT EXISTS fonte_takings (
    rule      BYTEA    NOT NULL,
    first_day BIGINT NOT NULL,
    holder    BYTEA    NOT NULL,
    balance   BIGINT NOT NULL,                     -- at the end of the period, or what was left when it was taken
    amount    BIGINT NOT NULL CHECK (amount > 0 AND amount <= balance),
    entry     BYTEA    NOT NULL,
    PRIMARY KEY (rule, first_day, holder),
    FOREIGN KEY (rule, first_day) REFERENCES fonte_periods (rule, first_day)
);
CREATE INDEX IF NOT EXISTS fonte_takings_of ON fonte_takings (holder);
