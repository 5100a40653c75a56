-- +goose Up
-- Membership and its dues (L9, P11), and the gift of a share of what members
-- changed to an association that they chose.

-- Each decision is a row; the last one holds.
CREATE TABLE membership_rules (
    id            BLOB    NOT NULL PRIMARY KEY,
    enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    since         INTEGER NOT NULL,                     -- civil date from which nobody is in arrears
    grace_days    INTEGER NOT NULL CHECK (grace_days >= 0),
    may_spend     INTEGER NOT NULL CHECK (may_spend IN (0, 1)),
    reminder_days INTEGER NOT NULL CHECK (reminder_days >= 0),
    kinds         TEXT    NOT NULL,                     -- of holder, with blanks between
    account       BLOB,                                 -- the association itself, which dues in units go to
    decided_by    BLOB    NOT NULL,
    decided_at    INTEGER NOT NULL
);

CREATE TABLE memberships (
    holder   BLOB    NOT NULL PRIMARY KEY,
    until    INTEGER NOT NULL, -- the last day that was paid for, a civil date
    reminded INTEGER           -- the last day of which the holder was reminded
);
CREATE INDEX memberships_ending ON memberships (until);

CREATE TABLE dues_rates (
    kind       TEXT    NOT NULL CHECK (kind IN ('individual', 'professional', 'collectivity', 'association')),
    year       INTEGER NOT NULL CHECK (year >= 2000),
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    decided_by BLOB    NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (kind, year)
);

CREATE TABLE dues (
    id             BLOB    NOT NULL PRIMARY KEY,
    holder         BLOB    NOT NULL,
    year           INTEGER NOT NULL,
    amount         INTEGER NOT NULL CHECK (amount >= 0),
    way            TEXT    NOT NULL CHECK (way IN ('units', 'desk', 'transfer', 'free')),
    account        TEXT    NOT NULL,            -- what received them; '' for none
    bank_reference TEXT    NOT NULL DEFAULT '',
    entry          BLOB,                        -- none where nothing was due
    reversal       BLOB,
    reason         TEXT    NOT NULL DEFAULT '', -- of a cancellation
    recorded_by    BLOB    NOT NULL,
    recorded_at    INTEGER NOT NULL,
    cancelled_at   INTEGER,
    standing       INTEGER CHECK (standing = 1), -- null once cancelled
    CHECK ((way = 'free') = (entry IS NULL)),
    CHECK ((standing IS NULL) = (cancelled_at IS NOT NULL)),
    UNIQUE (holder, year, standing)
);
CREATE UNIQUE INDEX dues_by_bank_reference ON dues (bank_reference) WHERE bank_reference <> '';

-- Associations that may be chosen.
CREATE TABLE gift_associations (
    holder      BLOB    NOT NULL PRIMARY KEY,
    admitted    INTEGER NOT NULL CHECK (admitted IN (0, 1)),
    decided_by  BLOB    NOT NULL,
    decided_at  INTEGER NOT NULL
);

CREATE TABLE gift_choices (
    holder      BLOB    NOT NULL PRIMARY KEY,
    association BLOB    NOT NULL,
    chosen_at   INTEGER NOT NULL
);

-- A round gives for the euros changed from a day to another one.
CREATE TABLE gift_rounds (
    id             BLOB    NOT NULL PRIMARY KEY,
    first_day      INTEGER NOT NULL,
    last_day       INTEGER NOT NULL,
    rate           TEXT    NOT NULL,
    total          INTEGER NOT NULL CHECK (total > 0),
    status         TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'given', 'cancelled')),
    prepared_by    BLOB    NOT NULL,
    prepared_at    INTEGER NOT NULL,
    approved_by    BLOB,
    approved_at    INTEGER,
    bank_reference TEXT    NOT NULL DEFAULT '',
    account        TEXT    NOT NULL DEFAULT '', -- the compte dédié that the euros went to
    closed_at      INTEGER,
    CHECK (first_day <= last_day),
    CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);

CREATE TABLE gift_lines (
    round       BLOB    NOT NULL REFERENCES gift_rounds (id),
    association BLOB    NOT NULL,
    changed     INTEGER NOT NULL CHECK (changed > 0), -- euros changed by those who chose it
    members     INTEGER NOT NULL CHECK (members > 0),
    amount      INTEGER NOT NULL CHECK (amount > 0),
    entry       BLOB,
    PRIMARY KEY (round, association)
);
