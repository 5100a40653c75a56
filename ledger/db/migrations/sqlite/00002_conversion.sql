-- +goose Up
-- The euro border: identity of the book, campaigns, conversions, redemptions.
-- Amounts are whole cents, instants microseconds since 1970 UTC, civil dates
-- days since 1970. Every rule that a guarded update enforces is repeated here.

CREATE TABLE currency (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    name          TEXT    NOT NULL,
    code          TEXT    NOT NULL,
    unit_singular TEXT    NOT NULL,
    unit_plural   TEXT    NOT NULL,
    issuer_name   TEXT    NOT NULL CHECK (issuer_name <> ''),
    issuer_siren  TEXT    NOT NULL,
    issuer_rna    TEXT    NOT NULL,
    legal_basis   TEXT    NOT NULL CHECK (legal_basis IN ('paper-outside-scope', 'exclusion-L521-3', 'partner-agreement')),
    transfer_days INTEGER NOT NULL CHECK (transfer_days BETWEEN 1 AND 90),
    opened_at     INTEGER NOT NULL,
    CHECK (issuer_siren <> '' OR issuer_rna <> '')
);

CREATE TABLE bank_accounts (
    code        TEXT    NOT NULL PRIMARY KEY, -- of the account in the chart
    position    INTEGER NOT NULL UNIQUE,
    pool        TEXT    NOT NULL CHECK (pool IN ('', 'paper', 'digital')),
    custodian   TEXT    NOT NULL,
    iban        TEXT    NOT NULL,
    bic         TEXT    NOT NULL,
    holder_name TEXT    NOT NULL
);

CREATE TABLE commissions (
    kind    TEXT    NOT NULL PRIMARY KEY CHECK (kind IN ('professional', 'association', 'collectivity')),
    rate    TEXT    NOT NULL,
    minimum INTEGER NOT NULL CHECK (minimum >= 0),
    fixed   INTEGER NOT NULL CHECK (fixed >= 0)
);

CREATE TABLE desks (
    slug      TEXT    NOT NULL PRIMARY KEY,
    name      TEXT    NOT NULL,
    opened_at INTEGER NOT NULL
);

CREATE TABLE euro_transfers (
    bank_reference TEXT    NOT NULL PRIMARY KEY,
    entry          BLOB    NOT NULL,
    booked_at      INTEGER NOT NULL
);

CREATE TABLE campaigns (
    id                   BLOB    NOT NULL PRIMARY KEY,
    funder               BLOB    NOT NULL,
    name                 TEXT    NOT NULL,
    rate                 TEXT    NOT NULL,
    budget               INTEGER NOT NULL CHECK (budget > 0),
    starts_on            INTEGER NOT NULL,
    ends_on              INTEGER NOT NULL CHECK (ends_on >= starts_on),
    per_person_cap       INTEGER NOT NULL CHECK (per_person_cap >= 0), -- 0 for none
    period               TEXT    NOT NULL CHECK (period IN ('month', 'campaign')),
    minimum              INTEGER NOT NULL CHECK (minimum >= 0),
    maximum              INTEGER NOT NULL CHECK (maximum = 0 OR maximum >= minimum), -- 0 for none
    eligible_kinds       TEXT    NOT NULL, -- separated by blanks
    when_exhausted       TEXT    NOT NULL CHECK (when_exhausted IN ('partial', 'refuse')),
    convention_reference TEXT    NOT NULL,
    convention_date      INTEGER NOT NULL,
    received             INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= budget),
    granted              INTEGER NOT NULL DEFAULT 0 CHECK (granted >= 0),
    reserved             INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    prepared_by          BLOB    NOT NULL,
    created_at           INTEGER NOT NULL,
    approved_by          BLOB,
    approved_at          INTEGER,
    version              INTEGER NOT NULL DEFAULT 1,
    CHECK (granted + reserved <= received),
    CHECK (approved_by IS NULL OR approved_by <> prepared_by),
    CHECK (approved_at IS NOT NULL OR granted + reserved = 0)
);

CREATE TABLE fundings (
    campaign       BLOB    NOT NULL REFERENCES campaigns (id),
    bank_reference TEXT    NOT NULL,
    amount         INTEGER NOT NULL CHECK (amount > 0),
    entry          BLOB    NOT NULL,
    booked_at      INTEGER NOT NULL,
    PRIMARY KEY (campaign, bank_reference)
);

-- What a person has used of a campaign's ceiling in a period: a month such as
-- 2026-03, or campaign.
CREATE TABLE allowances (
    campaign BLOB    NOT NULL REFERENCES campaigns (id),
    holder   BLOB    NOT NULL,
    period   TEXT    NOT NULL,
    cap      INTEGER NOT NULL CHECK (cap > 0),
    used     INTEGER NOT NULL CHECK (used >= 0 AND used <= cap),
    PRIMARY KEY (campaign, holder, period)
);

CREATE TABLE conversions (
    id             BLOB    NOT NULL PRIMARY KEY,
    reference      TEXT    NOT NULL UNIQUE,
    holder         BLOB    NOT NULL,
    channel        TEXT    NOT NULL CHECK (channel IN ('desk', 'transfer')),
    status         TEXT    NOT NULL CHECK (status IN ('awaiting_euros', 'settled', 'expired', 'cancelled', 'reversed')),
    euros          INTEGER NOT NULL CHECK (euros > 0),
    bonus          INTEGER NOT NULL CHECK (bonus >= 0),
    campaign       BLOB    REFERENCES campaigns (id),
    period         TEXT    NOT NULL,
    account        TEXT    NOT NULL, -- the till or bank account that receives the euros
    bank_reference TEXT    NOT NULL DEFAULT '',
    reason         TEXT    NOT NULL DEFAULT '', -- of a reversal
    entry          BLOB,
    reversal       BLOB,
    created_by     BLOB    NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    closed_at      INTEGER,
    settled_on     INTEGER,
    CHECK ((bonus > 0) = (campaign IS NOT NULL)),
    CHECK ((status IN ('settled', 'reversed')) = (entry IS NOT NULL)),
    CHECK ((status = 'reversed') = (reversal IS NOT NULL)),
    CHECK ((status = 'awaiting_euros') = (closed_at IS NULL))
);
CREATE INDEX conversions_of_holder ON conversions (holder, id);
CREATE INDEX conversions_of_campaign ON conversions (campaign, settled_on);
CREATE INDEX conversions_due ON conversions (expires_at) WHERE status = 'awaiting_euros';

CREATE TABLE redemptions (
    id             BLOB    NOT NULL PRIMARY KEY,
    holder         BLOB    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('requested', 'in_run', 'sent', 'settled', 'refused')),
    amount         INTEGER NOT NULL CHECK (amount > 0),
    fee            INTEGER NOT NULL CHECK (fee >= 0 AND fee <= amount),
    bank_reference TEXT    NOT NULL DEFAULT '',
    reason         TEXT    NOT NULL DEFAULT '',
    entry          BLOB,
    requested_by   BLOB    NOT NULL,
    requested_at   INTEGER NOT NULL,
    closed_at      INTEGER,
    CHECK ((status IN ('settled', 'refused')) = (entry IS NOT NULL)),
    CHECK ((status = 'refused') = (reason <> '')),
    CHECK ((status = 'settled') = (bank_reference <> ''))
);
CREATE INDEX redemptions_of_holder ON redemptions (holder, id);
CREATE INDEX redemptions_open ON redemptions (status, id) WHERE status IN ('requested', 'in_run', 'sent');
