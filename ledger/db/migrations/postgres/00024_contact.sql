-- +goose Up
-- How the association is reached by whoever lost their phone.
CREATE TABLE IF NOT EXISTS contact (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    phone TEXT    NOT NULL, -- '' for none
    email TEXT    NOT NULL  -- '' for none
);
