-- +goose Up
-- What people are asked to confirm, and what they confirmed. The name and the
-- words shown stand in intents only, where they can be forgotten (D6): what is
-- kept for ever holds their salted hashes.

CREATE TABLE intents (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id     BLOB    NOT NULL REFERENCES users (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('payment', 'request', 'redemption')),
    payer       BLOB    NOT NULL CHECK (length(payer) = 16),
    payee       BLOB,             -- the holder who is paid; none where euros are asked for
    merchant    BLOB,
    request     BLOB,
    handle      TEXT    NOT NULL, -- of the payee, for the payment
    payee_name  TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    salt        BLOB    NOT NULL CHECK (length(salt) = 16),
    amount      INTEGER NOT NULL CHECK (amount > 0),
    euros       INTEGER NOT NULL CHECK (euros >= 0),
    currency    TEXT    NOT NULL,
    nonce       BLOB    NOT NULL CHECK (length(nonce) = 32),
    digest      BLOB    NOT NULL CHECK (length(digest) = 32),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL CHECK (expires_at > created_at),
    entry       BLOB UNIQUE,
    made        BLOB,             -- the payment or the redemption
    consumed_at INTEGER CHECK (consumed_at < expires_at),
    CHECK ((entry IS NULL) = (consumed_at IS NULL)),
    CHECK ((entry IS NULL) = (made IS NULL)),
    CHECK ((kind = 'redemption') = (payee IS NULL)),
    CHECK ((kind = 'request') = (request IS NOT NULL))
);
CREATE INDEX intents_of_user ON intents (user_id, expires_at) WHERE entry IS NULL;

-- Devices that a person signs in from and has a PIN for. The text of the cookie
-- is nowhere: only its SHA-256.
CREATE TABLE devices (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BLOB    NOT NULL REFERENCES users (id),
    digest     BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    label      TEXT    NOT NULL,
    pin        TEXT    NOT NULL CHECK (pin <> ''), -- argon2id as a PHC string
    tries      INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    used_at    INTEGER,
    revoked_at INTEGER
);
CREATE INDEX devices_of_user ON devices (user_id);

-- How far small payments need no proof; off where there is no row.
CREATE TABLE ease_settings (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    per_payment BIGINT  NOT NULL CHECK (per_payment BETWEEN 0 AND 1500),
    in_a_row    INTEGER NOT NULL CHECK (in_a_row BETWEEN 0 AND 3),
    total       BIGINT  NOT NULL CHECK (total BETWEEN 0 AND 5000)
);

-- What a payer paid with ease since they last confirmed in full.
CREATE TABLE ease_used (
    payer    BLOB    NOT NULL PRIMARY KEY,
    in_a_row INTEGER NOT NULL CHECK (in_a_row BETWEEN 1 AND 3),
    total    BIGINT  NOT NULL CHECK (total BETWEEN 1 AND 5000)
);

-- What was confirmed, with all that is needed to check it again: only ever added
-- to, like the entries.
CREATE TABLE confirmations (
    entry              BLOB    NOT NULL PRIMARY KEY,
    intent             BLOB    NOT NULL UNIQUE,
    user_id            BLOB    NOT NULL,
    session            BLOB    NOT NULL,
    method             TEXT    NOT NULL CHECK (method IN ('passkey', 'pin', 'totp', 'ease', 'demo')),
    kind               TEXT    NOT NULL CHECK (kind IN ('payment', 'request', 'redemption')),
    payer              BLOB    NOT NULL,
    payee              BLOB,
    merchant           BLOB,
    request            BLOB,
    name_hash          BLOB    NOT NULL CHECK (length(name_hash) = 32),
    message_hash       BLOB    NOT NULL CHECK (length(message_hash) = 32),
    amount             INTEGER NOT NULL CHECK (amount > 0),
    euros              INTEGER NOT NULL CHECK (euros >= 0),
    currency           TEXT    NOT NULL,
    nonce              BLOB    NOT NULL CHECK (length(nonce) = 32),
    expires_at         INTEGER NOT NULL,
    digest             BLOB    NOT NULL CHECK (length(digest) = 32),
    device             BLOB,
    relying_party      TEXT    NOT NULL,
    credential         BLOB,
    public_key         BLOB,
    authenticator_data BLOB,
    client_data        BLOB,
    signature          BLOB,
    confirmed_at       INTEGER NOT NULL,
    CHECK ((method = 'passkey') = (signature IS NOT NULL)),
    CHECK ((method = 'pin') = (device IS NOT NULL))
);
CREATE INDEX confirmations_between ON confirmations (payer, payee);

-- +goose StatementBegin
CREATE TRIGGER confirmations_are_final BEFORE UPDATE ON confirmations BEGIN SELECT RAISE(ABORT, 'confirmations are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER confirmations_stay BEFORE DELETE ON confirmations BEGIN SELECT RAISE(ABORT, 'confirmations are never deleted'); END;
-- +goose StatementEnd
