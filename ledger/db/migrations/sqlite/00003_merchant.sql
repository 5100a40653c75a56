-- +goose Up
-- Trade. A payment itself is an entry of the journal and has no row here.

CREATE TABLE merchants (
    id         BLOB PRIMARY KEY,
    holder     BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    code       TEXT    NOT NULL UNIQUE CHECK (length(code) = 8),
    created_at INTEGER NOT NULL
);
CREATE INDEX merchants_of_holder ON merchants (holder, id);

CREATE TABLE payment_requests (
    id         BLOB PRIMARY KEY,
    code       TEXT    NOT NULL CHECK (length(code) = 6),
    merchant   BLOB    NOT NULL REFERENCES merchants (id),
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
-- Both stay as small as the number of open requests.
CREATE UNIQUE INDEX payment_requests_code ON payment_requests (code) WHERE status = 'open';
CREATE INDEX payment_requests_due ON payment_requests (expires_at) WHERE status = 'open';

-- Which merchant of the payee was paid, where a code or a request said so.
CREATE TABLE payment_merchants (
    entry    BLOB PRIMARY KEY,
    merchant BLOB NOT NULL REFERENCES merchants (id),
    request  BLOB REFERENCES payment_requests (id)
) WITHOUT ROWID;

-- What was given back of a payment: never more than was paid.
CREATE TABLE refunds (
    entry    BLOB PRIMARY KEY,
    paid     BIGINT NOT NULL CHECK (paid > 0),
    refunded BIGINT NOT NULL CHECK (refunded > 0 AND refunded <= paid)
) WITHOUT ROWID;
