-- +goose NO TRANSACTION
-- +goose Up
-- Trade. A payment itself is an entry of the journal and has no row here.

CREATE TABLE IF NOT EXISTS merchants (
    id         BYTEA   PRIMARY KEY,
    holder     BYTEA   NOT NULL,
    name       TEXT    NOT NULL,
    code       TEXT    NOT NULL UNIQUE CHECK (length(code) = 8),
    created_at BIGINT  NOT NULL
);
CREATE INDEX IF NOT EXISTS merchants_of_holder ON merchants (holder, id);

CREATE TABLE IF NOT EXISTS payment_requests (
    id         BYTEA   PRIMARY KEY,
    code       TEXT    NOT NULL CHECK (length(code) = 6),
    merchant   BYTEA   NOT NULL REFERENCES merchants (id),
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
-- Both stay as small as the number of open requests.
CREATE UNIQUE INDEX IF NOT EXISTS payment_requests_code ON payment_requests (code) WHERE status = 'open';
CREATE INDEX IF NOT EXISTS payment_requests_due ON payment_requests (expires_at) WHERE status = 'open';

-- Which merchant of the payee was paid, where a code or a request said so.
CREATE TABLE IF NOT EXISTS payment_merchants (
    entry    BYTEA   PRIMARY KEY,
    merchant BYTEA   NOT NULL REFERENCES merchants (id),
    request  BYTEA   REFERENCES payment_requests (id)
);

-- What was given back of a payment: never more than was paid.
CREATE TABLE IF NOT EXISTS refunds (
    entry    BYTEA   PRIMARY KEY,
    paid     BIGINT  NOT NULL CHECK (paid > 0),
    refunded BIGINT  NOT NULL CHECK (refunded > 0 AND refunded <= paid)
);
