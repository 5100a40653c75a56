-- +goose Up
-- Campaigns in full: ceilings of a household and of the account that pays, communes,
-- priority, budgets that are signed and not paid yet, pause, closing, amendments.

ALTER TABLE campaigns ADD COLUMN household_cap INTEGER NOT NULL DEFAULT 0 CHECK (household_cap >= 0); -- 0 for none
ALTER TABLE campaigns ADD COLUMN payer_cap INTEGER NOT NULL DEFAULT 0 CHECK (payer_cap >= 0); -- 0 for none
ALTER TABLE campaigns ADD COLUMN communes TEXT NOT NULL DEFAULT ''; -- INSEE codes separated by blanks, none for all
ALTER TABLE campaigns ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 99);
ALTER TABLE campaigns ADD COLUMN budget_mode TEXT NOT NULL DEFAULT 'received' CHECK (budget_mode IN ('received', 'signed'));
-- due is the part of received that the funder signed and has not paid; returned
-- is what went back to the funder.
ALTER TABLE campaigns ADD COLUMN due INTEGER NOT NULL DEFAULT 0 CHECK (due >= 0 AND due <= received);
ALTER TABLE campaigns ADD COLUMN returned INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0 AND granted + reserved + returned <= received);
ALTER TABLE campaigns ADD COLUMN paused_at INTEGER;
ALTER TABLE campaigns ADD COLUMN closed_at INTEGER;

-- Where a holder lives, as the association noted it: personal data.
CREATE TABLE residences (
    holder    BLOB    NOT NULL PRIMARY KEY,
    household TEXT    NOT NULL,
    commune   TEXT    NOT NULL,
    set_by    BLOB    NOT NULL,
    set_at    INTEGER NOT NULL
);

-- What a household, or the account that paid, has used of a ceiling in a period.
CREATE TABLE shared_allowances (
    campaign BLOB    NOT NULL REFERENCES campaigns (id),
    who      TEXT    NOT NULL,
    period   TEXT    NOT NULL,
    cap      INTEGER NOT NULL CHECK (cap > 0),
    used     INTEGER NOT NULL CHECK (used >= 0 AND used <= cap),
    PRIMARY KEY (campaign, who, period)
);
ALTER TABLE conversions ADD COLUMN household TEXT NOT NULL DEFAULT ''; -- whose ceiling the bonus counts against
ALTER TABLE conversions ADD COLUMN payer TEXT NOT NULL DEFAULT ''; -- digest of the account that pays

-- Changes of terms: proposed by one person, approved by another, never deleted.
CREATE TABLE campaign_amendments (
    id          BLOB    NOT NULL PRIMARY KEY,
    campaign    BLOB    NOT NULL REFERENCES campaigns (id),
    status      TEXT    NOT NULL CHECK (status IN ('proposed', 'approved', 'withdrawn')),
    before      TEXT    NOT NULL, -- JSON
    terms       TEXT    NOT NULL, -- JSON
    reason      TEXT    NOT NULL CHECK (reason <> ''),
    proposed_by BLOB    NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_by  BLOB,
    decided_at  INTEGER,
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX campaign_amendments_open ON campaign_amendments (campaign) WHERE status = 'proposed';
CREATE INDEX campaign_amendments_of_campaign ON campaign_amendments (campaign, id);

-- What went back to the funder.
CREATE TABLE campaign_returns (
    campaign       BLOB    NOT NULL REFERENCES campaigns (id),
    bank_reference TEXT    NOT NULL,
    amount         INTEGER NOT NULL CHECK (amount > 0),
    entry          BLOB    NOT NULL,
    booked_at      INTEGER NOT NULL,
    PRIMARY KEY (campaign, bank_reference)
);
