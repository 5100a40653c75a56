-- +goose Up
-- The browsers that somebody asked to be hinted on when their wallet was
-- credited. An endpoint is an address of a browser maker's service; it is
-- deleted when its owner takes it away, when that service says that it ended
-- and when the account ends.

CREATE TABLE push_subscriptions (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BLOB    NOT NULL CHECK (length(user_id) = 16),
    holder     BLOB    NOT NULL CHECK (length(holder) = 16),
    endpoint   TEXT    NOT NULL UNIQUE CHECK (endpoint <> '' AND length(endpoint) <= 500),
    label      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at    INTEGER NOT NULL, -- the last hint, 0 for none
    due_at     INTEGER NOT NULL  -- when the next hint is to go, 0 where nothing is new
);
CREATE INDEX push_subscriptions_of_user ON push_subscriptions (user_id, id);
CREATE INDEX push_subscriptions_of_holder ON push_subscriptions (holder);
CREATE INDEX push_subscriptions_due ON push_subscriptions (due_at, id);

-- How far the journal was read for hints.
CREATE TABLE push_cursor (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    entry INTEGER NOT NULL CHECK (entry >= 0)
);
