-- +goose Up
-- The books. Amounts are whole cents, instants are microseconds since 1970 UTC,
-- civil dates are days since 1970. Foreign keys are not declared between the
-- journal's tables: the one door writes them in order, and verify proves them.

CREATE TABLE head (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    entry        INTEGER NOT NULL,
    posting      INTEGER NOT NULL,
    command      INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    hash         BLOB    NOT NULL,
    keys_indexed INTEGER NOT NULL, -- every command up to this one has its key in command_keys
    balanced     INTEGER NOT NULL  -- every posting up to this one is in balances
);
INSERT INTO head (id, entry, posting, command, at, hash, keys_indexed, balanced) VALUES (1, 0, 0, 0, 0, zeroblob(32), 0, 0);

CREATE TABLE commands (
    seq         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       BLOB    NOT NULL,
    action      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    ref         BLOB,
    subjects    TEXT,
    result      TEXT
);

CREATE TABLE command_keys (
    digest BLOB    NOT NULL PRIMARY KEY,
    seq    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE entries (
    seq       INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE,
    kind      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    booked_on INTEGER NOT NULL,
    command   INTEGER NOT NULL,
    reverses  INTEGER,
    posting   INTEGER NOT NULL, -- the first of its postings
    hash      BLOB    NOT NULL
);

-- Words that people wrote stay outside the chain, so that they can be forgotten
-- without touching an entry.
CREATE TABLE memos (
    entry     INTEGER PRIMARY KEY,
    message   TEXT NOT NULL,
    reference TEXT NOT NULL
);

CREATE TABLE postings (
    id             INTEGER PRIMARY KEY,
    entry          INTEGER NOT NULL,
    debit          INTEGER NOT NULL,
    credit         INTEGER NOT NULL CHECK (credit <> debit),
    amount         INTEGER NOT NULL CHECK (amount > 0),
    debit_balance  INTEGER NOT NULL,
    credit_balance INTEGER NOT NULL,
    debit_prev     INTEGER NOT NULL,
    credit_prev    INTEGER NOT NULL
);

CREATE TABLE accounts (
    id        INTEGER PRIMARY KEY,
    code      TEXT    NOT NULL UNIQUE,
    unit      TEXT    NOT NULL CHECK (unit IN ('EUR', 'LOC')),
    side      INTEGER NOT NULL CHECK (side IN (-1, 1)),
    floor     INTEGER NOT NULL CHECK (floor IN (0, 1)),
    opened_at INTEGER NOT NULL
);

-- Balances as of head.balanced: a few hundred postings behind the journal at
-- most, because writing them with every batch would write most of their pages
-- every time. Each posting holds the balances after it, so nothing is lost and
-- readers add what came since. floored is the side where there is a floor: the
-- check is the second line of defence behind the engine's.
CREATE TABLE balances (
    account INTEGER PRIMARY KEY,
    debits  INTEGER NOT NULL CHECK (debits >= 0),
    credits INTEGER NOT NULL CHECK (credits >= 0),
    version INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    floored INTEGER NOT NULL CHECK (floored * (credits - debits) >= 0)
);

-- One posting in every few hundred of an account is marked, so that a balance
-- at a past instant is found without walking the whole account.
CREATE TABLE marks (
    account INTEGER NOT NULL,
    posting INTEGER NOT NULL,
    PRIMARY KEY (account, posting)
) WITHOUT ROWID;

-- An entry is reversed once at most.
CREATE TABLE reversals (
    entry INTEGER PRIMARY KEY
);

CREATE TABLE holders (
    id        BLOB PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('individual', 'professional', 'collectivity', 'association')),
    name      TEXT NOT NULL,
    number    TEXT NOT NULL UNIQUE,
    opened_at INTEGER NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER entries_are_final BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER postings_are_final BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'postings are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER postings_stay BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER commands_are_final BEFORE UPDATE ON commands BEGIN SELECT RAISE(ABORT, 'commands are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER commands_stay BEFORE DELETE ON commands BEGIN SELECT RAISE(ABORT, 'commands are never deleted'); END;
-- +goose StatementEnd
