-- +goose Up
-- Who may sign in, with which rights, by which secrets. A user points at a
-- holder and has no name of its own: personal data stays in holders.

CREATE TABLE users (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    holder      BLOB    NOT NULL CHECK (length(holder) = 16),
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER
);

-- A role that is held within an organisation names it; the others carry zeros.
CREATE TABLE grants (
    user_id      BLOB NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('citizen', 'merchant_owner', 'cashier', 'desk_agent', 'collectivity_agent',
        'collectivity_approver', 'treasurer', 'approver', 'auditor', 'administrator')),
    organisation BLOB NOT NULL CHECK (length(organisation) = 16),
    PRIMARY KEY (user_id, role, organisation),
    CHECK ((role IN ('merchant_owner', 'cashier', 'collectivity_agent', 'collectivity_approver')) = (organisation <> zeroblob(16)))
);

-- The text of a token is nowhere: only its SHA-256. A link opens one session
-- and nothing else; a session names the token it was opened with.
CREATE TABLE tokens (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BLOB    NOT NULL REFERENCES users (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('api', 'session', 'link')),
    origin     BLOB REFERENCES tokens (id),
    digest     BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    label      TEXT    NOT NULL,
    demo       INTEGER NOT NULL CHECK (demo IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    used_at    INTEGER, -- when a session was last opened with it
    revoked_at INTEGER,
    CHECK ((kind = 'session') = (origin IS NOT NULL))
);
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX tokens_by_origin ON tokens (origin) WHERE origin IS NOT NULL;
