-- +goose Up
-- One row for each job that ever ran: who runs it until when, and how the last
-- run ended. Zero stands for "never".

CREATE TABLE jobs (
    name        TEXT    NOT NULL PRIMARY KEY,
    runs        INTEGER NOT NULL CHECK (runs >= 0),
    owner       BLOB,
    lease_until INTEGER NOT NULL CHECK (lease_until >= 0),
    started_at  INTEGER NOT NULL CHECK (started_at >= 0),
    finished_at INTEGER NOT NULL CHECK (finished_at >= 0),
    outcome     TEXT    NOT NULL CHECK (outcome IN ('never', 'running', 'done', 'failed', 'stopped')),
    problem     TEXT    NOT NULL,
    CHECK ((outcome = 'running') = (owner IS NOT NULL)),
    CHECK (outcome = 'running' OR lease_until = 0)
);
