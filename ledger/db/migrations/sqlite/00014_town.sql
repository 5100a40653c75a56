-- +goose Up
-- What the pages of collectivités and exchange desks need: campaigns that are
-- being written, papers of a batch, how euros were handed over.

-- The terms of a campaign that nobody sent yet; they may be incomplete.
CREATE TABLE campaign_drafts (
    id       BLOB   NOT NULL PRIMARY KEY,
    funder   BLOB   NOT NULL,
    terms    TEXT   NOT NULL, -- JSON
    saved_by BLOB   NOT NULL,
    saved_at INTEGER NOT NULL
);
CREATE INDEX campaign_drafts_of_funder ON campaign_drafts (funder, id);

-- The paper of a batch, in pieces, so that no row is large.
CREATE TABLE payout_papers (
    batch   BLOB   NOT NULL REFERENCES payout_batches (id),
    n       INTEGER NOT NULL CHECK (n > 0),
    content BLOB   NOT NULL,
    PRIMARY KEY (batch, n)
);
ALTER TABLE payout_batches ADD COLUMN paper BLOB; -- SHA-256 of it
ALTER TABLE payout_batches ADD COLUMN asked BLOB; -- who was asked to approve
ALTER TABLE payout_batches ADD COLUMN withdrawn_at INTEGER;

ALTER TABLE conversions ADD COLUMN means TEXT NOT NULL DEFAULT ''; -- of euros handed over at a desk
CREATE INDEX conversions_at_desk ON conversions (account, settled_on) WHERE channel = 'desk';
