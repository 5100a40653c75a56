-- +goose NO TRANSACTION
-- +goose Up
-- What a shop chose to say of itself in the public directory. A shop without a
-- row is not in it.

CREATE TABLE IF NOT EXISTS listings (
    merchant   BYTEA NOT NULL PRIMARY KEY REFERENCES merchants (id),
    category   TEXT NOT NULL CHECK (category <> ''),
    town       TEXT NOT NULL CHECK (town <> ''),
    address    TEXT NOT NULL,
    about      TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
