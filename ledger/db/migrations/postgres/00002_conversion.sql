-- +goose NO TRANSACTION
-- +goose Up
-- The euro border: identity of the book, campaigns, conversions, redemptions.
-- Amounts are whole cents, instants microseconds since 1970 UTC, civil dates
-- days since 1970. Every rule that a guarded update enforces is repeated here.

CREATE TABLE IF NOT EXISTS currency (
    id            BIGINT  PRIMARY KEY CHECK (id = 1),
    name          TEXT    NOT NULL,
    code          TEXT    NOT NULL,
    unit_singular TEXT    NOT NULL,
    unit_plural   TEXT    NOT NULL,
    issuer_name   TEXT    NOT NULL CHECK (issuer_name <> ''),
    issuer_siren  TEXT    NOT NULL,
    issuer_rna    TEXT    NOT NULL,
    legal_basis   TEXT    NOT NULL CHECK (legal_basis IN ('paper-outside-scope', 'exclusion-L521-3', 'partner-agreement')),
    transfer_days BIGINT  NOT NULL CHECK (transfer_days BETWEEN 1 AND 90),
    opened_at     BIGINT  NOT NULL,
    CHECK (issuer_siren <> '' OR issuer_rna <> '')
);

CREATE TABLE IF NOT EXISTS bank_accounts (
    code        TEXT    NOT NULL PRIMARY KEY, -- of the account in the chart
    position    BIGINT  NOT NULL UNIQUE,
    pool        TEXT    NOT NULL CHECK (pool IN ('', 'paper', 'digital')),
    custodian   TEXT    NOT NULL,
    iban        TEXT    NOT NULL,
    bic         TEXT    NOT NULL,
    holder_name TEXT    NOT NULL
);

CREATE TABLE IF NOT EXISTS commissions (
    kind    TEXT    NOT NULL PRIMARY KEY CHECK (kind IN ('professional', 'association', 'collectivity')),
    rate    TEXT    NOT NULL,
    minimum BIGINT  NOT NULL CHECK (minimum >= 0),
    fixed   BIGINT  NOT NULL CHECK (fixed >= 0)
);

CREATE TABLE IF NOT EXISTS desks (
    slug      TEXT    NOT NULL PRIMARY KEY,
    name      TEXT    NOT NULL,
    opened_at BIGINT  NOT NULL
);

CREATE TABLE IF NOT EXISTS euro_transfers (
    bank_reference TEXT    NOT NULL PRIMARY KEY,
    entry          BYTEA   NOT NULL,
    booked_at      BIGINT  NOT NULL
);

CREATE TABLE IF NOT EXISTS campaigns (
    id                   BYTEA   NOT NULL PRIMARY KEY,
    funder               BYTEA   NOT NULL,
    name                 TEXT    NOT NULL,
    rate                 TEXT    NOT NULL,
    budget               BIGINT  NOT NULL CHECK (budget > 0),
    starts_on            BIGINT  NOT NULL,
    ends_on              BIGINT  NOT NULL CHECK (ends_on >= starts_on),
    per_person_cap       BIGINT  NOT NULL CHECK (per_person_cap >= 0), -- 0 for none
    period               TEXT    NOT NULL CHECK (period IN ('month', 'campaign')),
    minimum              BIGINT  NOT NULL CHECK (minimum >= 0),
    maximum              BIGINT  NOT NULL CHECK (maximum = 0 OR maximum >= minimum), -- 0 for none
    eligible_kinds       TEXT    NOT NULL, -- separated by blanks
    when_exhausted       TEXT    NOT NULL CHECK (when_exhausted IN ('partial', 'refuse')),
    convention_reference TEXT    NOT NULL,
    convention_date      BIGINT  NOT NULL,
    received             BIGINT  NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= budget),
    granted              BIGINT  NOT NULL DEFAULT 0 CHECK (granted >= 0),
    reserved             BIGINT  NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    prepared_by          BYTEA   NOT NULL,
    created_at           BIGINT  NOT NULL,
    approved_by          BYTEA,
    approved_at          BIGINT,
    version              BIGINT  NOT NULL DEFAULT 1,
    CHECK (granted + reserved <= received),
    CHECK (approved_by IS NULL OR approved_by <> prepared_by),
    CHECK (approved_at IS NOT NULL OR granted + reserved = 0)
);

CREATE TABLE IF NOT EXISTS fundings (
    campaign       BYTEA   NOT NULL REFERENCES campaigns (id),
    bank_reference TEXT    NOT NULL,
    amount         BIGINT  NOT NULL CHECK (amount > 0),
    entry          BYTEA   NOT NULL,
    booked_at      BIGINT  NOT NULL,
    PRIMARY KEY (campaign, bank_reference)
);

-- What a person has used of a campaign's ceiling in a period: a month such as
-- 2026-03, or campaign.
CREATE TABLE IF NOT EXISTS allowances (
    campaign BYTEA   NOT NULL REFERENCES campaigns (id),
    holder   BYTEA   NOT NULL,
    period   TEXT    NOT NULL,
    cap      BIGINT  NOT NULL CHECK (cap > 0),
    used     BIGINT  NOT NULL CHECK (used >= 0 AND used <= cap),
    PRIMARY KEY (campaign, holder, period)
);

CREATE TABLE IF NOT EXISTS conversions (
    id             BYTEA   NOT NULL PRIMARY KEY,
    reference      TEXT    NOT NULL UNIQUE,
    holder         BYTEA   NOT NULL,
    channel        TEXT    NOT NULL CHECK (channel IN ('desk', 'transfer')),
    status         TEXT    NOT NULL CHECK (status IN ('awaiting_euros', 'settled', 'expired', 'cancelled', 'reversed')),
    euros          BIGINT  NOT NULL CHECK (euros > 0),
    bonus          BIGINT  NOT NULL CHECK (bonus >= 0),
    campaign       BYTEA   REFERENCES campaigns (id),
    period         TEXT    NOT NULL,
    account        TEXT    NOT NULL, -- the till or bank account that receives the euros
    bank_reference TEXT    NOT NULL DEFAULT '',
    reason         TEXT    NOT NULL DEFAULT '', -- of a reversal
    entry          BYTEA,
    reversal       BYTEA,
    created_by     BYTEA   NOT NULL,
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT,
    closed_at      BIGINT,
    settled_on     BIGINT,
    CHECK ((bonus > 0) = (campaign IS NOT NULL)),
    CHECK ((status IN ('settled', 'reversed')) = (entry IS NOT NULL)),
    CHECK ((status = 'reversed') = (reversal IS NOT NULL)),
    CHECK ((status = 'awaiting_euros') = (closed_at IS NULL))
);
CREATE INDEX IF NOT EXISTS conversions_of_holder ON conversions (holder, id);
CREATE INDEX IF NOT EXISTS conversions_of_campaign ON conversions (campaign, settled_on);
CREATE INDEX IF NOT EXISTS conversions_due ON conversions (expires_at) WHERE status = 'awaiting_euros';

CREATE TABLE IF NOT EXISTS redemptions (
    id             BYTEA   NOT NULL PRIMARY KEY,
    holder         BYTEA   NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('requested', 'in_run', 'sent', 'settled', 'refused')),
    amount         BIGINT  NOT NULL CHECK (amount > 0),
    fee            BIGINT  NOT NULL CHECK (fee >= 0 AND fee <= amount),
    bank_reference TEXT    NOT NULL DEFAULT '',
    reason         TEXT    NOT NULL DEFAULT '',
    entry          BYTEA,
    requested_by   BYTEA   NOT NULL,
    requested_at   BIGINT  NOT NULL,
    closed_at      BIGINT,
    CHECK ((status IN ('settled', 'refused')) = (entry IS NOT NULL)),
    CHECK ((status = 'refused') = (reason <> '')),
    CHECK ((status = 'settled') = (bank_reference <> ''))
);
CREATE INDEX IF NOT EXISTS redemptions_of_holder ON redemptions (holder, id);
CREATE INDEX IF NOT EXISTS redemptions_open ON redemptions (status, id) WHERE status IN ('requested', 'in_run', 'sent');
