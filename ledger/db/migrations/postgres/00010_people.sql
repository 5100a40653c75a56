-- +goose NO TRANSACTION
-- +goose Up
-- The rights of people: what a token is for, sessions that end by themselves,
-- recovery by two volunteers, looks of the staff, erasure, other ways to sign in.
-- Instants are microseconds since 1970 UTC.

-- What a token may be used for, separated by blanks, and the one organisation
-- whose affairs it is for; zeros where it is for all that its user may do.
ALTER TABLE tokens ADD COLUMN IF NOT EXISTS scopes TEXT NOT NULL DEFAULT 'all' CHECK (scopes <> '');
ALTER TABLE tokens ADD COLUMN IF NOT EXISTS organisation BYTEA NOT NULL DEFAULT '\x00000000000000000000000000000000' CHECK (length(organisation) = 16);
-- When a session was last used, to within a minute or more.
ALTER TABLE tokens ADD COLUMN IF NOT EXISTS seen_at BIGINT;

-- Why a user is disabled; '' where an administrator did it before this was kept.
ALTER TABLE users ADD COLUMN IF NOT EXISTS disabled_for TEXT NOT NULL DEFAULT '' CHECK (disabled_for IN ('', 'administrator', 'block', 'erasure'));

-- What letters to this person are written in.
ALTER TABLE identities ADD COLUMN IF NOT EXISTS language TEXT NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en'));

-- Somebody lost every way to sign in: one volunteer checked who they are,
-- another approved, and a secret that holds once lets them begin anew.
CREATE TABLE IF NOT EXISTS recovery_cases (
    id          BYTEA    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id     BYTEA    NOT NULL REFERENCES users (id),
    way         TEXT    NOT NULL CHECK (way IN ('mail', 'hand')),
    reason      TEXT    NOT NULL,
    opened_by   BYTEA    NOT NULL,
    opened_at   BIGINT NOT NULL,
    approved_by BYTEA,
    approved_at BIGINT,
    digest      BYTEA UNIQUE CHECK (length(digest) = 32),
    usable_at   BIGINT,
    expires_at  BIGINT NOT NULL CHECK (expires_at > opened_at),
    ended_at    BIGINT,
    outcome     TEXT    NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'cancelled', 'expired')),
    CHECK (approved_by IS NULL OR approved_by <> opened_by),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CHECK ((approved_by IS NULL) = (usable_at IS NULL)),
    CHECK (approved_by IS NOT NULL OR digest IS NULL),
    CHECK ((outcome = '') = (ended_at IS NULL)),
    CHECK (outcome <> 'done' OR approved_by IS NOT NULL)
);
CREATE UNIQUE INDEX IF NOT EXISTS recovery_cases_open ON recovery_cases (user_id) WHERE ended_at IS NULL;

-- What administrators set about people.
CREATE TABLE IF NOT EXISTS people_settings (
    id             BIGINT PRIMARY KEY CHECK (id = 1),
    recovery_delay BIGINT NOT NULL CHECK (recovery_delay >= 0) -- microseconds before a code that was handed over holds
);

-- Who of the staff looked at whose account, once an hour for each thing.
CREATE TABLE IF NOT EXISTS looks (
    holder BYTEA    NOT NULL CHECK (length(holder) = 16),
    hour   BIGINT NOT NULL, -- hours since 1970
    viewer BYTEA    NOT NULL CHECK (length(viewer) = 16),
    what   TEXT    NOT NULL CHECK (what <> ''),
    role   TEXT    NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (holder, hour, viewer, what)
);

-- Wishes to be forgotten.
CREATE TABLE IF NOT EXISTS erasures (
    id           BYTEA    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id      BYTEA    NOT NULL REFERENCES users (id),
    holder       BYTEA    NOT NULL CHECK (length(holder) = 16),
    requested_by BYTEA    NOT NULL,
    requested_at BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    approved_by  BYTEA,
    ended_at     BIGINT,
    outcome      TEXT    NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'cancelled')),
    CHECK (approved_by IS NULL OR approved_by <> requested_by),
    CHECK ((outcome = '') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS erasures_open ON erasures (holder) WHERE ended_at IS NULL;

-- An account elsewhere that opens one here: known by issuer and subject, never
-- by an address.
CREATE TABLE IF NOT EXISTS oidc_links (
    issuer    TEXT    NOT NULL CHECK (issuer <> ''),
    subject   TEXT    NOT NULL CHECK (subject <> ''),
    user_id   BYTEA    NOT NULL REFERENCES users (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX IF NOT EXISTS oidc_links_by_user ON oidc_links (user_id);
