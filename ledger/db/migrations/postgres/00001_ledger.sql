-- +goose NO TRANSACTION
-- +goose Up
-- The same tables and columns as on the embedded engine, in statements that
-- PostgreSQL and CockroachDB both accept. Each is committed alone and may be run
-- again, because CockroachDB changes a schema outside of transactions. What
-- forbids changing the journal is in ../protect, one file for each server.
--
-- The books. Amounts are whole cents, instants are microseconds since 1970 UTC,
-- civil dates are days since 1970. Foreign keys are not declared between the
-- journal's tables: the one door writes them in order, and verify proves them.

CREATE TABLE IF NOT EXISTS head (
    id           BIGINT  PRIMARY KEY CHECK (id = 1),
    entry        BIGINT  NOT NULL,
    posting      BIGINT  NOT NULL,
    command      BIGINT  NOT NULL,
    at           BIGINT  NOT NULL,
    hash         BYTEA   NOT NULL,
    keys_indexed BIGINT  NOT NULL, -- every command up to this one has its key in command_keys
    balanced     BIGINT  NOT NULL  -- every posting up to this one is in balances
);
INSERT INTO head (id, entry, posting, command, at, hash, keys_indexed, balanced) VALUES (1, 0, 0, 0, 0, decode(repeat('00', 32), 'hex'), 0, 0)
    ON CONFLICT (id) DO NOTHING;

CREATE TABLE IF NOT EXISTS commands (
    seq         BIGINT  PRIMARY KEY,
    at          BIGINT  NOT NULL,
    actor       BYTEA   NOT NULL,
    action      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BYTEA   NOT NULL,
    ref         BYTEA,
    subjects    TEXT,
    result      TEXT
);

CREATE TABLE IF NOT EXISTS command_keys (
    digest BYTEA   NOT NULL PRIMARY KEY,
    seq    BIGINT  NOT NULL
);

CREATE TABLE IF NOT EXISTS entries (
    seq       BIGINT  PRIMARY KEY,
    id        BYTEA   NOT NULL UNIQUE,
    kind      TEXT    NOT NULL,
    at        BIGINT  NOT NULL,
    booked_on BIGINT  NOT NULL,
    command   BIGINT  NOT NULL,
    reverses  BIGINT,
    posting   BIGINT  NOT NULL, -- the first of its postings
    hash      BYTEA   NOT NULL
);

-- Words that people wrote stay outside the chain, so that they can be forgotten
-- without touching an entry.
CREATE TABLE IF NOT EXISTS memos (
    entry     BIGINT  PRIMARY KEY,
    message   TEXT    NOT NULL,
    reference TEXT    NOT NULL
);

CREATE TABLE IF NOT EXISTS postings (
    id             BIGINT  PRIMARY KEY,
    entry          BIGINT  NOT NULL,
    debit          BIGINT  NOT NULL,
    credit         BIGINT  NOT NULL CHECK (credit <> debit),
    amount         BIGINT  NOT NULL CHECK (amount > 0),
    debit_balance  BIGINT  NOT NULL,
    credit_balance BIGINT  NOT NULL,
    debit_prev     BIGINT  NOT NULL,
    credit_prev    BIGINT  NOT NULL
);

CREATE TABLE IF NOT EXISTS accounts (
    id        BIGINT  PRIMARY KEY,
    code      TEXT    NOT NULL UNIQUE,
    unit      TEXT    NOT NULL CHECK (unit IN ('EUR', 'LOC')),
    side      BIGINT  NOT NULL CHECK (side IN (-1, 1)),
    floor     BOOLEAN NOT NULL,
    opened_at BIGINT  NOT NULL
);

-- Balances as of head.balanced: a few hundred postings behind the journal at
-- most, because writing them with every batch would write most of their pages
-- every time. Each posting holds the balances after it, so nothing is lost and
-- readers add what came since. floored is the side where there is a floor: the
-- check is the second line of defence behind the engine's.
CREATE TABLE IF NOT EXISTS balances (
    account BIGINT  PRIMARY KEY,
    debits  BIGINT  NOT NULL CHECK (debits >= 0),
    credits BIGINT  NOT NULL CHECK (credits >= 0),
    version BIGINT  NOT NULL,
    last    BIGINT  NOT NULL,
    floored BIGINT  NOT NULL CHECK (floored * (credits - debits) >= 0)
);

-- One posting in every few hundred of an account is marked, so that a balance
-- at a past instant is found without walking the whole account.
CREATE TABLE IF NOT EXISTS marks (
    account BIGINT  NOT NULL,
    posting BIGINT  NOT NULL,
    PRIMARY KEY (account, posting)
);

-- An entry is reversed once at most.
CREATE TABLE IF NOT EXISTS reversals (
    entry BIGINT  PRIMARY KEY
);

CREATE TABLE IF NOT EXISTS holders (
    id        BYTEA   PRIMARY KEY,
    kind      TEXT    NOT NULL CHECK (kind IN ('individual', 'professional', 'collectivity', 'association')),
    name      TEXT    NOT NULL,
    number    TEXT    NOT NULL UNIQUE,
    opened_at BIGINT  NOT NULL
);
