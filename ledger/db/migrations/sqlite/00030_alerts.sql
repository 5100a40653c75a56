-- +goose Up
-- When treasurers are written to about the fund, which local projects its
-- custodian finances, and the fonte (L12).

CREATE TABLE fund_thresholds (
    pool         TEXT    NOT NULL PRIMARY KEY CHECK (pool IN ('digital', 'paper')),
    gap          INTEGER NOT NULL CHECK (gap >= 0),          -- the least gap that is told
    coverage     INTEGER NOT NULL CHECK (coverage >= 0 AND coverage <= 10000), -- in hundredths of a percent
    awaited_days INTEGER NOT NULL CHECK (awaited_days >= 0), -- 0 for never
    decided_by   BLOB    NOT NULL,
    decided_at   INTEGER NOT NULL
);

-- An alert is open from a crossing until the figure is back: open is 1 then, and
-- null afterwards.
CREATE TABLE fund_alerts (
    id         BLOB    NOT NULL PRIMARY KEY,
    pool       TEXT    NOT NULL,
    cause      TEXT    NOT NULL CHECK (cause IN ('gap', 'coverage', 'awaited')),
    figure     INTEGER NOT NULL, -- cents, hundredths of a percent, or a number of conversions
    crossed_at INTEGER NOT NULL,
    ended_at   INTEGER,
    standing   INTEGER CHECK (standing = 1),
    CHECK ((standing IS NULL) = (ended_at IS NOT NULL)),
    UNIQUE (pool, cause, standing)
);

CREATE TABLE projects (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL CHECK (name <> ''),
    commune    TEXT    NOT NULL CHECK (commune <> ''),
    custodian  TEXT    NOT NULL CHECK (custodian <> ''),
    year       INTEGER NOT NULL CHECK (year >= 2000),
    amount     INTEGER NOT NULL CHECK (amount > 0), -- euros that the custodian lent
    link       TEXT    NOT NULL,                    -- '' for none
    version    INTEGER NOT NULL CHECK (version > 0),
    changed_by BLOB    NOT NULL,
    changed_at INTEGER NOT NULL,
    removed_at INTEGER
);

CREATE TABLE fonte_rules (
    id          BLOB    NOT NULL PRIMARY KEY,
    rate        TEXT    NOT NULL,
    starts_on   INTEGER NOT NULL,
    announced_on INTEGER NOT NULL,
    months      INTEGER NOT NULL CHECK (months >= 1 AND months <= 12), -- from one levy to the next
    exempt      INTEGER NOT NULL CHECK (exempt >= 0),                  -- of each wallet
    kinds       TEXT    NOT NULL,
    account     BLOB    NOT NULL, -- the association that receives them
    decision    TEXT    NOT NULL CHECK (decision <> ''),
    proposed_by BLOB    NOT NULL,
    proposed_at INTEGER NOT NULL,
    approved_by BLOB,
    ends_on     INTEGER, -- the last day, null for none
    CHECK (approved_by IS NULL OR approved_by <> proposed_by)
);

-- What was taken of a wallet on a day of the rule: at most once.
CREATE TABLE fonte_levies (
    rule   BLOB    NOT NULL REFERENCES fonte_rules (id),
    day    INTEGER NOT NULL,
    holder BLOB    NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    entry  BLOB    NOT NULL,
    PRIMARY KEY (rule, day, holder)
);

-- A day of levy that is done with.
CREATE TABLE fonte_days (
    rule    BLOB    NOT NULL REFERENCES fonte_rules (id),
    day     INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    PRIMARY KEY (rule, day)
);
