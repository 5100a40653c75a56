-- +goose Up
-- Membership and its dues (L9, P11), and the gift of a share of what members
-- changed to an association that they chose.

-- Each decision is a row; the last one holds.
CREATE TABLE IF NOT EXISTS membership_rules (
    id            BYTEA NOT NULL PRIMARY KEY,
    enabled       BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    since         BIGINT NOT NULL,                     -- civil date from which nobody is in arrears
    grace_days    BIGINT NOT NULL CHECK (grace_days >= 0),
    may_spend     BIGINT NOT NULL CHECK (may_spend IN (0, 1)),
    reminder_days BIGINT NOT NULL CHECK (reminder_days >= 0),
    kinds         TEXT    NOT NULL,                     -- of holder, with blanks between
    account       BYTEA,                                 -- the association itself, which dues in units go to
    decided_by    BYTEA NOT NULL,
    decided_at    BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS memberships (
    holder   BYTEA NOT NULL PRIMARY KEY,
    until    BIGINT NOT NULL, -- the last day that was paid for, a civil date
    reminded BIGINT -- the last day of which the holder was reminded
);
CREATE INDEX IF NOT EXISTS memberships_ending ON memberships (until);

CREATE TABLE IF NOT EXISTS dues_rates (
    kind       TEXT    NOT NULL CHECK (kind IN ('individual', 'professional', 'collectivity', 'association')),
    year       BIGINT NOT NULL CHECK (year >= 2000),
    amount     BIGINT NOT NULL CHECK (amount >= 0),
    decided_by BYTEA NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (kind, year)
);

CREATE TABLE IF NOT EXISTS dues (
    id             BYTEA NOT NULL PRIMARY KEY,
    holder         BYTEA NOT NULL,
    year           BIGINT NOT NULL,
    amount         BIGINT NOT NULL CHECK (amount >= 0),
    way            TEXT    NOT NULL CHECK (way IN ('units', 'desk', 'transfer', 'free')),
    account        TEXT    NOT NULL,            -- what received them; '' for none
    bank_reference TEXT    NOT NULL DEFAULT '',
    entry          BYTEA,                        -- none where nothing was due
    reversal       BYTEA,
    reason         TEXT    NOT NULL DEFAULT '', -- of a cancellation
    recorded_by    BYTEA NOT NULL,
    recorded_at    BIGINT NOT NULL,
    cancelled_at   BIGINT,
    standing       BIGINT CHECK (standing = 1), -- null once cancelled
    CHECK ((way = 'free') = (entry IS NULL)),
    CHECK ((standing IS NULL) = (cancelled_at IS NOT NULL)),
    UNIQUE (holder, year, standing)
);
CREATE UNIQUE INDEX IF NOT EXISTS dues_by_bank_reference ON dues (bank_reference) WHERE bank_reference <> '';

-- Associations that may be chosen.
CREATE TABLE IF NOT EXISTS gift_associations (
    holder      BYTEA NOT NULL PRIMARY KEY,
    admitted    BIGINT NOT NULL CHECK (admitted IN (0, 1)),
    decided_by  BYTEA NOT NULL,
    decided_at  BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS gift_choices (
    holder      BYTEA NOT NULL PRIMARY KEY,
    association BYTEA NOT NULL,
    chosen_at   BIGINT NOT NULL
);

-- A round gives for the euros changed from a day to another one.
CREATE TABLE IF NOT EXISTS gift_rounds (
    id             BYTEA NOT NULL PRIMARY KEY,
    first_day      BIGINT NOT NULL,
    last_day       BIGINT NOT NULL,
    rate           TEXT    NOT NULL,
    total          BIGINT NOT NULL CHECK (total > 0),
    status         TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'given', 'cancelled')),
    prepared_by    BYTEA NOT NULL,
    prepared_at    BIGINT NOT NULL,
    approved_by    BYTEA,
    approved_at    BIGINT,
    bank_reference TEXT    NOT NULL DEFAULT '',
    account        TEXT    NOT NULL DEFAULT '', -- the compte dédié that the euros went to
    closed_at      BIGINT,
    CHECK (first_day <= last_day),
    CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);

CREATE TABLE IF NOT EXISTS gift_lines (
    round       BYTEA NOT NULL REFERENCES gift_rounds (id),
    association BYTEA NOT NULL,
    changed     BIGINT NOT NULL CHECK (changed > 0), -- euros changed by those who chose it
    members     BIGINT NOT NULL CHECK (members > 0),
    amount      BIGINT NOT NULL CHECK (amount > 0),
    entry       BYTEA,
    PRIMARY KEY (round, association)
);
