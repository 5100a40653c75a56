-- +goose Up
-- What people ask of each other, and whom they pay again.

-- An amount that a person asks for. Codes are one character longer than those of
-- payment_requests, so that a typed one names one request only.
CREATE TABLE personal_requests (
    id         BLOB PRIMARY KEY,
    code       TEXT    NOT NULL CHECK (length(code) = 7),
    holder     BLOB    NOT NULL,
    amount     BIGINT  NOT NULL CHECK (amount > 0),
    reference  TEXT    NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('open', 'paid', 'expired', 'cancelled')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    entry      BLOB,
    paid_at    INTEGER,
    CHECK ((status = 'paid') = (entry IS NOT NULL)),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CHECK (paid_at IS NULL OR paid_at < expires_at)
) WITHOUT ROWID;
CREATE UNIQUE INDEX personal_requests_code ON personal_requests (code) WHERE status = 'open';
CREATE INDEX personal_requests_due ON personal_requests (expires_at) WHERE status = 'open';
CREATE INDEX personal_requests_of_holder ON personal_requests (holder, id);
CREATE UNIQUE INDEX personal_requests_paid_by ON personal_requests (entry) WHERE entry IS NOT NULL;

-- Whom a holder pays again, under words of their own.
CREATE TABLE beneficiaries (
    owner      BLOB    NOT NULL,
    handle     TEXT    NOT NULL, -- number of the payee, or code of the merchant
    payee      BLOB    NOT NULL,
    merchant   BLOB    REFERENCES merchants (id),
    label      TEXT    NOT NULL, -- '' for none
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, handle)
) WITHOUT ROWID;

-- Who looks up handles too often: another one may be tried while busy_until is
-- not too far ahead (rule D2).
CREATE TABLE handle_tries (
    owner      BLOB    NOT NULL PRIMARY KEY,
    busy_until INTEGER NOT NULL
) WITHOUT ROWID;
