-- +goose Up
-- The compte dédié that direct debits are collected to; the usual one where empty.
ALTER TABLE debit_creditor ADD COLUMN account TEXT NOT NULL DEFAULT '';
