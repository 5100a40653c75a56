-- +goose NO TRANSACTION
-- +goose Up
-- Letters that wait to be sent. A row holds an address and may hold a link that
-- opens something, so it is deleted as soon as the letter went.

CREATE TABLE IF NOT EXISTS letters (
    id         BYTEA    NOT NULL PRIMARY KEY,
    recipient  TEXT    NOT NULL CHECK (recipient <> ''),
    language   TEXT    NOT NULL,
    template   TEXT    NOT NULL,
    words      TEXT    NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    attempts   BIGINT NOT NULL CHECK (attempts >= 0),
    due_at     BIGINT NOT NULL
);
