-- +goose Up
-- Letters that wait to be sent. A row holds an address and may hold a link that
-- opens something, so it is deleted as soon as the letter went.

CREATE TABLE letters (
    id         BLOB    NOT NULL PRIMARY KEY,
    recipient  TEXT    NOT NULL CHECK (recipient <> ''),
    language   TEXT    NOT NULL,
    template   TEXT    NOT NULL,
    words      TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL CHECK (attempts >= 0),
    due_at     INTEGER NOT NULL
);
