-- +goose Up
-- What collectivités pay in units on behalf of others. Amounts are whole cents
-- of euro.

CREATE TABLE instructions (
    id           BLOB PRIMARY KEY,
    official     BLOB    NOT NULL,
    collectivity BLOB    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('amount', 'share')),
    value        TEXT    NOT NULL,
    valid_from   INTEGER NOT NULL,
    valid_until  INTEGER CHECK (valid_until >= valid_from),
    signed_on    INTEGER NOT NULL,
    revoked_at   INTEGER,
    created_at   INTEGER NOT NULL,
    CHECK (official <> collectivity)
);
CREATE INDEX instructions_of_official ON instructions (collectivity, official, id);

CREATE TABLE payout_batches (
    id           BLOB PRIMARY KEY,
    collectivity BLOB    NOT NULL,
    period       TEXT    NOT NULL CHECK (length(period) = 7),
    purpose      TEXT    NOT NULL CHECK (purpose IN ('indemnity', 'subsidy', 'invoice')),
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'funded', 'executed')),
    digest       BLOB    NOT NULL,
    total        BIGINT  NOT NULL CHECK (total > 0),
    received     BIGINT  NOT NULL CHECK (received >= 0 AND received <= total),
    paid         BIGINT  NOT NULL CHECK (paid >= 0),
    returned     BIGINT  NOT NULL CHECK (returned >= 0),
    pending      INTEGER NOT NULL CHECK (pending >= 0),
    prepared_by  BLOB    NOT NULL,
    approved_by  BLOB,
    created_at   INTEGER NOT NULL,
    approved_at  INTEGER,
    executed_at  INTEGER,
    CHECK (paid + returned <= received),
    CHECK (approved_by IS NULL OR approved_by <> prepared_by),
    CHECK ((status = 'draft') = (approved_by IS NULL)),
    CHECK (status IN ('funded', 'executed') OR received < total),
    CHECK (status IN ('draft', 'approved') OR received = total),
    CHECK ((status = 'executed') = (pending = 0)),
    CHECK (status <> 'executed' OR paid + returned = received)
);
CREATE INDEX payout_batches_of_collectivity ON payout_batches (collectivity, id);
CREATE INDEX payout_batches_funded ON payout_batches (id) WHERE status = 'funded';

CREATE TABLE payout_lines (
    batch      BLOB    NOT NULL REFERENCES payout_batches (id),
    n          INTEGER NOT NULL CHECK (n > 0),
    reference  TEXT    NOT NULL,
    given      TEXT    NOT NULL, -- the holder as the file named it
    holder     BLOB,             -- whom that named when the batch was drafted
    amount     BIGINT  NOT NULL CHECK (amount > 0),
    status     TEXT    NOT NULL CHECK (status IN ('pending', 'paid', 'returned')),
    drafted    TEXT    NOT NULL, -- problem seen when the batch was drafted
    problem    TEXT    NOT NULL, -- problem for which the euros are returned
    entry      BLOB,
    settled_at INTEGER,
    PRIMARY KEY (batch, n),
    CHECK ((status = 'pending') = (entry IS NULL)),
    CHECK ((status = 'pending') = (settled_at IS NULL)),
    CHECK ((status = 'returned') = (problem <> '')),
    CHECK (status <> 'paid' OR holder IS NOT NULL)
) WITHOUT ROWID;

-- A bank transfer counts once.
CREATE TABLE payout_fundings (
    bank_reference TEXT PRIMARY KEY,
    batch          BLOB    NOT NULL REFERENCES payout_batches (id),
    amount         BIGINT  NOT NULL CHECK (amount > 0),
    account        TEXT    NOT NULL, -- the compte dédié
    received_on    INTEGER NOT NULL,
    entry          BLOB    NOT NULL
) WITHOUT ROWID;
CREATE INDEX payout_fundings_of_batch ON payout_fundings (batch);

-- What was paid, over all batches: the same thing is not paid twice.
CREATE TABLE payout_paid (
    collectivity BLOB    NOT NULL,
    purpose      TEXT    NOT NULL,
    period       TEXT    NOT NULL,
    holder       BLOB    NOT NULL,
    reference    TEXT    NOT NULL,
    amount       BIGINT  NOT NULL CHECK (amount > 0),
    batch        BLOB    NOT NULL,
    n            INTEGER NOT NULL,
    PRIMARY KEY (collectivity, purpose, period, holder, reference)
) WITHOUT ROWID;
