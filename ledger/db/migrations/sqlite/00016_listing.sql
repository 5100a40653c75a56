-- +goose Up
-- What a shop chose to say of itself in the public directory. A shop without a
-- row is not in it.

CREATE TABLE listings (
    merchant   BLOB NOT NULL PRIMARY KEY REFERENCES merchants (id),
    category   TEXT NOT NULL CHECK (category <> ''),
    town       TEXT NOT NULL CHECK (town <> ''),
    address    TEXT NOT NULL,
    about      TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;
