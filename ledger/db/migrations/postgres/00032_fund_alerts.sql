-- +goose Up
-- From when on the treasurers are written to about the guarantee fund; NULL for
-- never. The row is replaced by each decision.
CREATE TABLE IF NOT EXISTS fund_thresholds (
    id           BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    gap          BIGINT CHECK (gap >= 0),          -- told above it
    coverage     TEXT,                              -- a rate, told below it
    awaited_days BIGINT CHECK (awaited_days >= 1), -- told when euros are awaited for longer
    revision     BIGINT NOT NULL CHECK (revision >= 1),
    decided_by   BYTEA    NOT NULL,
    decided_at   BIGINT NOT NULL
);

-- What was told and is not well again.
CREATE TABLE IF NOT EXISTS fund_alerts (
    kind    TEXT    NOT NULL PRIMARY KEY CHECK (kind IN ('gap', 'coverage', 'awaited')),
    told_at BIGINT NOT NULL
);

-- Local projects that the custodian financed from the deposits: information,
-- no money of the books (G5).
CREATE TABLE IF NOT EXISTS funded_projects (
    id           BYTEA    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    commune      TEXT    NOT NULL,
    year         BIGINT NOT NULL CHECK (year >= 1990),
    amount       BIGINT NOT NULL CHECK (amount > 0),
    link         TEXT    NOT NULL DEFAULT '',
    about        TEXT    NOT NULL,
    revision     BIGINT NOT NULL CHECK (revision >= 1),
    added_at     BIGINT NOT NULL,
    withdrawn_at BIGINT
);
