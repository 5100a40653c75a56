-- +goose Up
-- When treasurers are written to about the fund, which local projects its
-- custodian finances, and the fonte (L12).

CREATE TABLE IF NOT EXISTS fund_thresholds (
    pool         TEXT    NOT NULL PRIMARY KEY CHECK (pool IN ('digital', 'paper')),
    gap          BIGINT NOT NULL CHECK (gap >= 0),          -- the least gap that is told
    coverage     BIGINT NOT NULL CHECK (coverage >= 0 AND coverage <= 10000), -- in hundredths of a percent
    awaited_days BIGINT NOT NULL CHECK (awaited_days >= 0), -- 0 for never
    decided_by   BYTEA NOT NULL,
    decided_at   BIGINT NOT NULL
);

-- An alert is open from a crossing until the figure is back: open is 1 then, and
-- null afterwards.
CREATE TABLE IF NOT EXISTS fund_alerts (
    id         BYTEA NOT NULL PRIMARY KEY,
    pool       TEXT    NOT NULL,
    cause      TEXT    NOT NULL CHECK (cause IN ('gap', 'coverage', 'awaited')),
    figure     BIGINT NOT NULL, -- cents, hundredths of a percent, or a number of conversions
    crossed_at BIGINT NOT NULL,
    ended_at   BIGINT,
    standing   BIGINT CHECK (standing = 1),
    CHECK ((standing IS NULL) = (ended_at IS NOT NULL)),
    UNIQUE (pool, cause, standing)
);

CREATE TABLE IF NOT EXISTS projects (
    id         BYTEA NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL CHECK (name <> ''),
    commune    TEXT    NOT NULL CHECK (commune <> ''),
    custodian  TEXT    NOT NULL CHECK (custodian <> ''),
    year       BIGINT NOT NULL CHECK (year >= 2000),
    amount     BIGINT NOT NULL CHECK (amount > 0), -- euros that the custodian lent
    link       TEXT    NOT NULL,                    -- '' for none
    version    BIGINT NOT NULL CHECK (version > 0),
    changed_by BYTEA NOT NULL,
    changed_at BIGINT NOT NULL,
    removed_at BIGINT 
);

CREATE TABLE IF NOT EXISTS fonte_rules (
    id          BYTEA NOT NULL PRIMARY KEY,
    rate        TEXT    NOT NULL,
    starts_on   BIGINT NOT NULL,
    announced_on BIGINT NOT NULL,
    months      BIGINT NOT NULL CHECK (months >= 1 AND months <= 12), -- from one levy to the next
    exempt      BIGINT NOT NULL CHECK (exempt >= 0),                  -- of each wallet
    kinds       TEXT    NOT NULL,
    account     BYTEA NOT NULL, -- the association that receives them
    decision    TEXT    NOT NULL CHECK (decision <> ''),
    proposed_by BYTEA NOT NULL,
    proposed_at BIGINT NOT NULL,
    approved_by BYTEA,
    ends_on     BIGINT, -- the last day, null for none
    CHECK (approved_by IS NULL OR approved_by <> proposed_by)
);

-- What was taken of a wallet on a day of the rule: at most once.
CREATE TABLE IF NOT EXISTS fonte_levies (
    rule   BYTEA NOT NULL REFERENCES fonte_rules (id),
    day    BIGINT NOT NULL,
    holder BYTEA NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    entry  BYTEA NOT NULL,
    PRIMARY KEY (rule, day, holder)
);

-- A day of levy that is done with.
CREATE TABLE IF NOT EXISTS fonte_days (
    rule    BYTEA NOT NULL REFERENCES fonte_rules (id),
    day     BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    PRIMARY KEY (rule, day)
);
