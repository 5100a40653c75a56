-- +goose Up
-- Fonte (L12): dated rules by which a share of idle units goes to an association.
-- Rows are added and never changed, but for a period that is closed once.

CREATE TABLE fonte_rules (
    id          BLOB    NOT NULL PRIMARY KEY,
    rate        TEXT    NOT NULL,
    period      TEXT    NOT NULL CHECK (period IN ('month', 'quarter', 'half-year')),
    first_day   INTEGER NOT NULL,                                  -- civil date at which a period begins
    receiver    BLOB    NOT NULL,                                  -- the association that units go to
    kinds       TEXT    NOT NULL,                                  -- of holder, with blanks between
    exempt      INTEGER NOT NULL CHECK (exempt >= 0),              -- of each holder
    notice_days INTEGER NOT NULL CHECK (notice_days BETWEEN 30 AND 366),
    prepared_by BLOB    NOT NULL,
    prepared_at INTEGER NOT NULL
);

CREATE TABLE fonte_approvals (
    rule        BLOB    NOT NULL PRIMARY KEY REFERENCES fonte_rules (id),
    prepared_by BLOB    NOT NULL,
    approved_by BLOB    NOT NULL CHECK (approved_by <> prepared_by),
    approved_at INTEGER NOT NULL
);

CREATE TABLE fonte_ends (
    rule     BLOB    NOT NULL PRIMARY KEY REFERENCES fonte_rules (id),
    ended_by BLOB    NOT NULL,
    ended_at INTEGER NOT NULL
);

-- Who was written to about a rule.
CREATE TABLE fonte_notices (
    rule    BLOB    NOT NULL REFERENCES fonte_rules (id),
    holder  BLOB    NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (rule, holder)
);

-- A period that is being taken, or was.
CREATE TABLE fonte_periods (
    rule      BLOB    NOT NULL REFERENCES fonte_rules (id),
    first_day INTEGER NOT NULL,
    last_day  INTEGER NOT NULL CHECK (last_day > first_day),
    opened_at INTEGER NOT NULL,
    holders   INTEGER,
    total     INTEGER CHECK (total >= 0),
    entry     BLOB,                       -- none where nothing was taken
    closed_at INTEGER,
    PRIMARY KEY (rule, first_day)
);

CREATE TABLE fonte_takings (
    rule      BLOB    NOT NULL,
    first_day INTEGER NOT NULL,
    holder    BLOB    NOT NULL,
    balance   INTEGER NOT NULL,                     -- at the end of the period, or what was left when it was taken
    amount    INTEGER NOT NULL CHECK (amount > 0 AND amount <= balance),
    entry     BLOB    NOT NULL,
    PRIMARY KEY (rule, first_day, holder),
    FOREIGN KEY (rule, first_day) REFERENCES fonte_periods (rule, first_day)
);
CREATE INDEX fonte_takings_of ON fonte_takings (holder);
