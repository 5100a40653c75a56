-- +goose NO TRANSACTION
-- +goose Up
-- Who may sign in, with which rights, by which secrets. A user points at a
-- holder and has no name of its own: personal data stays in holders.

CREATE TABLE IF NOT EXISTS users (
    id          BYTEA   NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    holder      BYTEA   NOT NULL CHECK (length(holder) = 16),
    created_at  BIGINT  NOT NULL,
    disabled_at BIGINT
);

-- A role that is held within an organisation names it; the others carry zeros.
CREATE TABLE IF NOT EXISTS grants (
    user_id      BYTEA   NOT NULL REFERENCES users (id),
    role         TEXT    NOT NULL CHECK (role IN ('citizen', 'merchant_owner', 'cashier', 'desk_agent', 'collectivity_agent',
        'collectivity_approver', 'treasurer', 'approver', 'auditor', 'administrator')),
    organisation BYTEA   NOT NULL CHECK (length(organisation) = 16),
    PRIMARY KEY (user_id, role, organisation),
    CHECK ((role IN ('merchant_owner', 'cashier', 'collectivity_agent', 'collectivity_approver')) = (organisation <> decode(repeat('00', 16), 'hex')))
);

-- The text of a token is nowhere: only its SHA-256. A link opens one session
-- and nothing else; a session names the token it was opened with.
CREATE TABLE IF NOT EXISTS tokens (
    id         BYTEA   NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BYTEA   NOT NULL REFERENCES users (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('api', 'session', 'link')),
    origin     BYTEA   REFERENCES tokens (id),
    digest     BYTEA   NOT NULL UNIQUE CHECK (length(digest) = 32),
    label      TEXT    NOT NULL,
    demo       BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL CHECK (expires_at > created_at),
    used_at    BIGINT, -- when a session was last opened with it
    revoked_at BIGINT,
    CHECK ((kind = 'session') = (origin IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS tokens_by_user ON tokens (user_id);
CREATE INDEX IF NOT EXISTS tokens_by_origin ON tokens (origin) WHERE origin IS NOT NULL;
