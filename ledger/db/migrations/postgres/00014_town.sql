-- +goose NO TRANSACTION
-- +goose Up
-- What the pages of collectivités and exchange desks need: campaigns that are
-- being written, papers of a batch, how euros were handed over.

-- The terms of a campaign that nobody sent yet; they may be incomplete.
CREATE TABLE IF NOT EXISTS campaign_drafts (
    id       BYTEA   NOT NULL PRIMARY KEY,
    funder   BYTEA   NOT NULL,
    terms    TEXT   NOT NULL, -- JSON
    saved_by BYTEA   NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS campaign_drafts_of_funder ON campaign_drafts (funder, id);

-- The paper of a batch, in pieces, so that no row is large.
CREATE TABLE IF NOT EXISTS payout_papers (
    batch   BYTEA   NOT NULL REFERENCES payout_batches (id),
    n       BIGINT NOT NULL CHECK (n > 0),
    content BYTEA   NOT NULL,
    PRIMARY KEY (batch, n)
);
ALTER TABLE payout_batches ADD COLUMN IF NOT EXISTS paper BYTEA; -- SHA-256 of it
ALTER TABLE payout_batches ADD COLUMN IF NOT EXISTS asked BYTEA; -- who was asked to approve
ALTER TABLE payout_batches ADD COLUMN IF NOT EXISTS withdrawn_at BIGINT;

ALTER TABLE conversions ADD COLUMN IF NOT EXISTS means TEXT NOT NULL DEFAULT ''; -- of euros handed over at a desk
CREATE INDEX IF NOT EXISTS conversions_at_desk ON conversions (account, settled_on) WHERE channel = 'desk';
