-- +goose NO TRANSACTION
-- +goose Up
-- How people prove who they are. The address is personal data and stands here
-- only; secrets are hashed, or sealed with a key that is not in the book.

-- A password never comes without a second factor.
CREATE TABLE IF NOT EXISTS identities (
    user_id    BYTEA   NOT NULL PRIMARY KEY REFERENCES users (id),
    email      TEXT    NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    password   TEXT    NOT NULL, -- argon2id as a PHC string, '' for none
    totp       BYTEA,             -- the sealed secret of the one-time codes
    totp_step  BIGINT  NOT NULL CHECK (totp_step >= 0), -- last time step whose code was used
    created_at BIGINT  NOT NULL,
    CHECK ((password = '') = (totp IS NULL))
);

CREATE TABLE IF NOT EXISTS recovery_codes (
    user_id BYTEA NOT NULL REFERENCES identities (user_id),
    digest  BYTEA NOT NULL CHECK (length(digest) = 32),
    used_at BIGINT,
    PRIMARY KEY (user_id, digest)
);

CREATE TABLE IF NOT EXISTS passkeys (
    id         BYTEA   NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BYTEA   NOT NULL REFERENCES identities (user_id),
    credential BYTEA   NOT NULL UNIQUE, -- the id that the authenticator gave it
    record     TEXT    NOT NULL,        -- public key and flags, as JSON
    sign_count BIGINT  NOT NULL CHECK (sign_count >= 0),
    backed_up  BOOLEAN NOT NULL,
    name       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    used_at    BIGINT
);
CREATE INDEX IF NOT EXISTS passkeys_by_user ON passkeys (user_id);

-- What was tried too often: a subject is a keyed hash of an address, a network,
-- or both. It may be tried while busy_until is not too far ahead.
CREATE TABLE IF NOT EXISTS sign_in_attempts (
    subject    BYTEA   NOT NULL PRIMARY KEY CHECK (length(subject) = 32),
    busy_until BIGINT  NOT NULL
);
CREATE INDEX IF NOT EXISTS sign_in_attempts_by_end ON sign_in_attempts (busy_until);

-- Links and challenges that held once; forgotten when they would have ended.
CREATE TABLE IF NOT EXISTS spent_proofs (
    digest BYTEA   NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    until  BIGINT  NOT NULL
);
CREATE INDEX IF NOT EXISTS spent_proofs_by_end ON spent_proofs (until);

-- How the user of a session proved who they are; '' where a token was shown. A
-- session that a proof opened names itself as its origin.
ALTER TABLE tokens ADD COLUMN IF NOT EXISTS proof TEXT NOT NULL DEFAULT '' CHECK (proof IN ('', 'password', 'passkey'));
