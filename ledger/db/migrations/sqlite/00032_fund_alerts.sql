-- +goose Up
-- From when on the treasurers are written to about the guarantee fund; NULL for
-- never. The row is replaced by each decision.
CREATE TABLE fund_thresholds (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    gap          INTEGER CHECK (gap >= 0),          -- told above it
    coverage     TEXT,                              -- a rate, told below it
    awaited_days INTEGER CHECK (awaited_days >= 1), -- told when euros are awaited for longer
    revision     INTEGER NOT NULL CHECK (revision >= 1),
    decided_by   BLOB    NOT NULL,
    decided_at   INTEGER NOT NULL
);

-- What was told and is not well again.
CREATE TABLE fund_alerts (
    kind    TEXT    NOT NULL PRIMARY KEY CHECK (kind IN ('gap', 'coverage', 'awaited')),
    told_at INTEGER NOT NULL
);

-- Local projects that the custodian financed from the deposits: information,
-- no money of the books (G5).
CREATE TABLE funded_projects (
    id           BLOB    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    commune      TEXT    NOT NULL,
    year         INTEGER NOT NULL CHECK (year >= 1990),
    amount       INTEGER NOT NULL CHECK (amount > 0),
    link         TEXT    NOT NULL DEFAULT '',
    about        TEXT    NOT NULL,
    revision     INTEGER NOT NULL CHECK (revision >= 1),
    added_at     INTEGER NOT NULL,
    withdrawn_at INTEGER
);
