-- +goose NO TRANSACTION
-- +goose Up
-- What people ask of each other, and whom they pay again.

-- An amount that a person asks for. Codes are one character longer than those of
-- payment_requests, so that a typed one names one request only.
CREATE TABLE IF NOT EXISTS personal_requests (
    id         BYTEA   PRIMARY KEY,
    code       TEXT    NOT NULL CHECK (length(code) = 7),
    holder     BYTEA   NOT NULL,
    amount     BIGINT  NOT NULL CHECK (amount > 0),
    reference  TEXT    NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('open', 'paid', 'expired', 'cancelled')),
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL CHECK (expires_at > created_at),
    entry      BYTEA,
    paid_at    BIGINT,
    CHECK ((status = 'paid') = (entry IS NOT NULL)),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CHECK (paid_at IS NULL OR paid_at < expires_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS personal_requests_code ON personal_requests (code) WHERE status = 'open';
CREATE INDEX IF NOT EXISTS personal_requests_due ON personal_requests (expires_at) WHERE status = 'open';
CREATE INDEX IF NOT EXISTS personal_requests_of_holder ON personal_requests (holder, id);
CREATE UNIQUE INDEX IF NOT EXISTS personal_requests_paid_by ON personal_requests (entry) WHERE entry IS NOT NULL;

-- Whom a holder pays again, under words of their own.
CREATE TABLE IF NOT EXISTS beneficiaries (
    owner      BYTEA   NOT NULL,
    handle     TEXT    NOT NULL, -- number of the payee, or code of the merchant
    payee      BYTEA   NOT NULL,
    merchant   BYTEA   REFERENCES merchants (id),
    label      TEXT    NOT NULL, -- '' for none
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (owner, handle)
);

-- Who looks up handles too often: another one may be tried while busy_until is
-- not too far ahead (rule D2).
CREATE TABLE IF NOT EXISTS handle_tries (
    owner      BYTEA   NOT NULL PRIMARY KEY,
    busy_until BIGINT  NOT NULL
);
