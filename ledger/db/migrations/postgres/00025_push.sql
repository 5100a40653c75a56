-- +goose NO TRANSACTION
-- +goose Up
-- The browsers that somebody asked to be hinted on when their wallet was
-- credited. An endpoint is an address of a browser maker's service; it is
-- deleted when its owner takes it away, when that service says that it ended
-- and when the account ends.

CREATE TABLE IF NOT EXISTS push_subscriptions (
    id         BYTEA   NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BYTEA   NOT NULL CHECK (length(user_id) = 16),
    holder     BYTEA   NOT NULL CHECK (length(holder) = 16),
    endpoint   TEXT    NOT NULL UNIQUE CHECK (endpoint <> '' AND length(endpoint) <= 500),
    label      TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    sent_at    BIGINT  NOT NULL, -- the last hint, 0 for none
    due_at     BIGINT  NOT NULL  -- when the next hint is to go, 0 where nothing is new
);
CREATE INDEX IF NOT EXISTS push_subscriptions_of_user ON push_subscriptions (user_id, id);
CREATE INDEX IF NOT EXISTS push_subscriptions_of_holder ON push_subscriptions (holder);
CREATE INDEX IF NOT EXISTS push_subscriptions_due ON push_subscriptions (due_at, id);

-- How far the journal was read for hints.
CREATE TABLE IF NOT EXISTS push_cursor (
    id    BIGINT  NOT NULL PRIMARY KEY CHECK (id = 1),
    entry BIGINT  NOT NULL CHECK (entry >= 0)
);
