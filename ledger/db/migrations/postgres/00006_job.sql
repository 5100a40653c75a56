-- +goose NO TRANSACTION
-- +goose Up
-- One row for each job that ever ran: who runs it until when, and how the last
-- run ended. Zero stands for "never".

CREATE TABLE IF NOT EXISTS jobs (
    name        TEXT    NOT NULL PRIMARY KEY,
    runs        BIGINT  NOT NULL CHECK (runs >= 0),
    owner       BYTEA,
    lease_until BIGINT  NOT NULL CHECK (lease_until >= 0),
    started_at  BIGINT  NOT NULL CHECK (started_at >= 0),
    finished_at BIGINT  NOT NULL CHECK (finished_at >= 0),
    outcome     TEXT    NOT NULL CHECK (outcome IN ('never', 'running', 'done', 'failed', 'stopped')),
    problem     TEXT    NOT NULL,
    CHECK ((outcome = 'running') = (owner IS NOT NULL)),
    CHECK (outcome = 'running' OR lease_until = 0)
);
