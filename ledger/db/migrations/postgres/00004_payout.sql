-- +goose NO TRANSACTION
-- +goose Up
-- What collectivités pay in units on behalf of others. Amounts are whole cents
-- of euro.

CREATE TABLE IF NOT EXISTS instructions (
    id           BYTEA   PRIMARY KEY,
    official     BYTEA   NOT NULL,
    collectivity BYTEA   NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('amount', 'share')),
    value        TEXT    NOT NULL,
    valid_from   BIGINT  NOT NULL,
    valid_until  BIGINT  CHECK (valid_until >= valid_from),
    signed_on    BIGINT  NOT NULL,
    revoked_at   BIGINT,
    created_at   BIGINT  NOT NULL,
    CHECK (official <> collectivity)
);
CREATE INDEX IF NOT EXISTS instructions_of_official ON instructions (collectivity, official, id);

CREATE TABLE IF NOT EXISTS payout_batches (
    id           BYTEA   PRIMARY KEY,
    collectivity BYTEA   NOT NULL,
    period       TEXT    NOT NULL CHECK (length(period) = 7),
    purpose      TEXT    NOT NULL CHECK (purpose IN ('indemnity', 'subsidy', 'invoice')),
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'funded', 'executed')),
    digest       BYTEA   NOT NULL,
    total        BIGINT  NOT NULL CHECK (total > 0),
    received     BIGINT  NOT NULL CHECK (received >= 0 AND received <= total),
    paid         BIGINT  NOT NULL CHECK (paid >= 0),
    returned     BIGINT  NOT NULL CHECK (returned >= 0),
    pending      BIGINT  NOT NULL CHECK (pending >= 0),
    prepared_by  BYTEA   NOT NULL,
    approved_by  BYTEA,
    created_at   BIGINT  NOT NULL,
    approved_at  BIGINT,
    executed_at  BIGINT,
    CHECK (paid + returned <= received),
    CHECK (approved_by IS NULL OR approved_by <> prepared_by),
    CHECK ((status = 'draft') = (approved_by IS NULL)),
    CHECK (status IN ('funded', 'executed') OR received < total),
    CHECK (status IN ('draft', 'approved') OR received = total),
    CHECK ((status = 'executed') = (pending = 0)),
    CHECK (status <> 'executed' OR paid + returned = received)
);
CREATE INDEX IF NOT EXISTS payout_batches_of_collectivity ON payout_batches (collectivity, id);
CREATE INDEX IF NOT EXISTS payout_batches_funded ON payout_batches (id) WHERE status = 'funded';

CREATE TABLE IF NOT EXISTS payout_lines (
    batch      BYTEA   NOT NULL REFERENCES payout_batches (id),
    n          BIGINT  NOT NULL CHECK (n > 0),
    reference  TEXT    NOT NULL,
    given      TEXT    NOT NULL, -- the holder as the file named it
    holder     BYTEA,           -- whom that named when the batch was drafted
    amount     BIGINT  NOT NULL CHECK (amount > 0),
    status     TEXT    NOT NULL CHECK (status IN ('pending', 'paid', 'returned')),
    drafted    TEXT    NOT NULL, -- problem seen when the batch was drafted
    problem    TEXT    NOT NULL, -- problem for which the euros are returned
    entry      BYTEA,
    settled_at BIGINT,
    PRIMARY KEY (batch, n),
    CHECK ((status = 'pending') = (entry IS NULL)),
    CHECK ((status = 'pending') = (settled_at IS NULL)),
    CHECK ((status = 'returned') = (problem <> '')),
    CHECK (status <> 'paid' OR holder IS NOT NULL)
);

-- A bank transfer counts once.
CREATE TABLE IF NOT EXISTS payout_fundings (
    bank_reference TEXT    PRIMARY KEY,
    batch          BYTEA   NOT NULL REFERENCES payout_batches (id),
    amount         BIGINT  NOT NULL CHECK (amount > 0),
    account        TEXT    NOT NULL, -- the compte dédié
    received_on    BIGINT  NOT NULL,
    entry          BYTEA   NOT NULL
);
CREATE INDEX IF NOT EXISTS payout_fundings_of_batch ON payout_fundings (batch);

-- What was paid, over all batches: the same thing is not paid twice.
CREATE TABLE IF NOT EXISTS payout_paid (
    collectivity BYTEA   NOT NULL,
    purpose      TEXT    NOT NULL,
    period       TEXT    NOT NULL,
    holder       BYTEA   NOT NULL,
    reference    TEXT    NOT NULL,
    amount       BIGINT  NOT NULL CHECK (amount > 0),
    batch        BYTEA   NOT NULL,
    n            BIGINT  NOT NULL,
    PRIMARY KEY (collectivity, purpose, period, holder, reference)
);
