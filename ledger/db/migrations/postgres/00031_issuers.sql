-- +goose NO TRANSACTION
-- +goose Up
-- The issuer of identities that vouched for whoever opened a session; '' for none.
-- Its proof is then none of our own.
ALTER TABLE tokens ADD COLUMN IF NOT EXISTS issuer TEXT NOT NULL DEFAULT '';
