-- +goose NO TRANSACTION
-- +goose Up
-- Campaigns in full: ceilings of a household and of the account that pays, communes,
-- priority, budgets that are signed and not paid yet, pause, closing, amendments.

ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS household_cap BIGINT NOT NULL DEFAULT 0 CHECK (household_cap >= 0); -- 0 for none
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS payer_cap BIGINT NOT NULL DEFAULT 0 CHECK (payer_cap >= 0); -- 0 for none
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS communes TEXT NOT NULL DEFAULT ''; -- INSEE codes separated by blanks, none for all
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS priority BIGINT NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 99);
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS budget_mode TEXT NOT NULL DEFAULT 'received' CHECK (budget_mode IN ('received', 'signed'));
-- due is the part of received that the funder signed and has not paid; returned
-- is what went back to the funder.
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS due BIGINT NOT NULL DEFAULT 0 CHECK (due >= 0 AND due <= received);
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS returned BIGINT NOT NULL DEFAULT 0 CHECK (returned >= 0 AND granted + reserved + returned <= received);
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS paused_at BIGINT;
ALTER TABLE campaigns ADD COLUMN IF NOT EXISTS closed_at BIGINT;

-- Where a holder lives, as the association noted it: personal data.
CREATE TABLE IF NOT EXISTS residences (
    holder    BYTEA    NOT NULL PRIMARY KEY,
    household TEXT    NOT NULL,
    commune   TEXT    NOT NULL,
    set_by    BYTEA    NOT NULL,
    set_at    BIGINT NOT NULL
);

-- What a household, or the account that paid, has used of a ceiling in a period.
CREATE TABLE IF NOT EXISTS shared_allowances (
    campaign BYTEA    NOT NULL REFERENCES campaigns (id),
    who      TEXT    NOT NULL,
    period   TEXT    NOT NULL,
    cap      BIGINT NOT NULL CHECK (cap > 0),
    used     BIGINT NOT NULL CHECK (used >= 0 AND used <= cap),
    PRIMARY KEY (campaign, who, period)
);
ALTER TABLE conversions ADD COLUMN IF NOT EXISTS household TEXT NOT NULL DEFAULT ''; -- whose ceiling the bonus counts against
ALTER TABLE conversions ADD COLUMN IF NOT EXISTS payer TEXT NOT NULL DEFAULT ''; -- digest of the account that pays

-- Changes of terms: proposed by one person, approved by another, never deleted.
CREATE TABLE IF NOT EXISTS campaign_amendments (
    id          BYTEA    NOT NULL PRIMARY KEY,
    campaign    BYTEA    NOT NULL REFERENCES campaigns (id),
    status      TEXT    NOT NULL CHECK (status IN ('proposed', 'approved', 'withdrawn')),
    before      TEXT    NOT NULL, -- JSON
    terms       TEXT    NOT NULL, -- JSON
    reason      TEXT    NOT NULL CHECK (reason <> ''),
    proposed_by BYTEA    NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided_by  BYTEA,
    decided_at  BIGINT,
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX IF NOT EXISTS campaign_amendments_open ON campaign_amendments (campaign) WHERE status = 'proposed';
CREATE INDEX IF NOT EXISTS campaign_amendments_of_campaign ON campaign_amendments (campaign, id);

-- What went back to the funder.
CREATE TABLE IF NOT EXISTS campaign_returns (
    campaign       BYTEA    NOT NULL REFERENCES campaigns (id),
    bank_reference TEXT    NOT NULL,
    amount         BIGINT NOT NULL CHECK (amount > 0),
    entry          BYTEA    NOT NULL,
    booked_at      BIGINT NOT NULL,
    PRIMARY KEY (campaign, bank_reference)
);
