-- +goose Up
-- How people prove who they are. The address is personal data and stands here
-- only; secrets are hashed, or sealed with a key that is not in the book.

-- A password never comes without a second factor.
CREATE TABLE identities (
    user_id    BLOB    NOT NULL PRIMARY KEY REFERENCES users (id),
    email      TEXT    NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    password   TEXT    NOT NULL, -- argon2id as a PHC string, '' for none
    totp       BLOB,             -- the sealed secret of the one-time codes
    totp_step  INTEGER NOT NULL CHECK (totp_step >= 0), -- last time step whose code was used
    created_at INTEGER NOT NULL,
    CHECK ((password = '') = (totp IS NULL))
);

CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL REFERENCES identities (user_id),
    digest  BLOB NOT NULL CHECK (length(digest) = 32),
    used_at INTEGER,
    PRIMARY KEY (user_id, digest)
);

CREATE TABLE passkeys (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BLOB    NOT NULL REFERENCES identities (user_id),
    credential BLOB    NOT NULL UNIQUE, -- the id that the authenticator gave it
    record     TEXT    NOT NULL,        -- public key and flags, as JSON
    sign_count INTEGER NOT NULL CHECK (sign_count >= 0),
    backed_up  INTEGER NOT NULL CHECK (backed_up IN (0, 1)),
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- What was tried too often: a subject is a keyed hash of an address, a network,
-- or both. It may be tried while busy_until is not too far ahead.
CREATE TABLE sign_in_attempts (
    subject    BLOB    NOT NULL PRIMARY KEY CHECK (length(subject) = 32),
    busy_until INTEGER NOT NULL
);
CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (busy_until);

-- Links and challenges that held once; forgotten when they would have ended.
CREATE TABLE spent_proofs (
    digest BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    until  INTEGER NOT NULL
);
CREATE INDEX spent_proofs_by_end ON spent_proofs (until);

-- How the user of a session proved who they are; '' where a token was shown. A
-- session that a proof opened names itself as its origin.
ALTER TABLE tokens ADD COLUMN proof TEXT NOT NULL DEFAULT '' CHECK (proof IN ('', 'password', 'passkey'));
