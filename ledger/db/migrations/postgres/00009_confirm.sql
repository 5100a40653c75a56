-- +goose NO TRANSACTION
-- +goose Up
-- What people are asked to confirm, and what they confirmed. The name and the
-- words shown stand in intents only, where they can be forgotten (D6): what is
-- kept for ever holds their salted hashes.

CREATE TABLE IF NOT EXISTS intents (
    id          BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id     BYTEA NOT NULL REFERENCES users (id),
    kind        TEXT NOT NULL CHECK (kind IN ('payment', 'request', 'redemption')),
    payer       BYTEA NOT NULL CHECK (length(payer) = 16),
    payee       BYTEA,             -- the holder who is paid; none where euros are asked for
    merchant    BYTEA,
    request     BYTEA,
    handle      TEXT NOT NULL, -- of the payee, for the payment
    payee_name  TEXT NOT NULL,
    message     TEXT NOT NULL,
    salt        BYTEA NOT NULL CHECK (length(salt) = 16),
    amount      BIGINT NOT NULL CHECK (amount > 0),
    euros       BIGINT NOT NULL CHECK (euros >= 0),
    currency    TEXT NOT NULL,
    nonce       BYTEA NOT NULL CHECK (length(nonce) = 32),
    digest      BYTEA NOT NULL CHECK (length(digest) = 32),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL CHECK (expires_at > created_at),
    entry       BYTEA UNIQUE,
    made        BYTEA,             -- the payment or the redemption
    consumed_at BIGINT CHECK (consumed_at < expires_at),
    CHECK ((entry IS NULL) = (consumed_at IS NULL)),
    CHECK ((entry IS NULL) = (made IS NULL)),
    CHECK ((kind = 'redemption') = (payee IS NULL)),
    CHECK ((kind = 'request') = (request IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS intents_of_user ON intents (user_id, expires_at) WHERE entry IS NULL;

-- Devices that a person signs in from and has a PIN for. The text of the cookie
-- is nowhere: only its SHA-256.
CREATE TABLE IF NOT EXISTS devices (
    id         BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BYTEA NOT NULL REFERENCES users (id),
    digest     BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),
    label      TEXT NOT NULL,
    pin        TEXT NOT NULL CHECK (pin <> ''), -- argon2id as a PHC string
    tries      BIGINT NOT NULL CHECK (tries BETWEEN 0 AND 5),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at),
    used_at    BIGINT,
    revoked_at BIGINT
);
CREATE INDEX IF NOT EXISTS devices_of_user ON devices (user_id);

-- How far small payments need no proof; off where there is no row.
CREATE TABLE IF NOT EXISTS ease_settings (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    per_payment BIGINT NOT NULL CHECK (per_payment BETWEEN 0 AND 1500),
    in_a_row    BIGINT NOT NULL CHECK (in_a_row BETWEEN 0 AND 3),
    total       BIGINT NOT NULL CHECK (total BETWEEN 0 AND 5000)
);

-- What a payer paid with ease since they last confirmed in full.
CREATE TABLE IF NOT EXISTS ease_used (
    payer    BYTEA NOT NULL PRIMARY KEY,
    in_a_row BIGINT NOT NULL CHECK (in_a_row BETWEEN 1 AND 3),
    total    BIGINT NOT NULL CHECK (total BETWEEN 1 AND 5000)
);

-- What was confirmed, with all that is needed to check it again: only ever added
-- to, like the entries.
CREATE TABLE IF NOT EXISTS confirmations (
    entry              BYTEA NOT NULL PRIMARY KEY,
    intent             BYTEA NOT NULL UNIQUE,
    user_id            BYTEA NOT NULL,
    session            BYTEA NOT NULL,
    method             TEXT NOT NULL CHECK (method IN ('passkey', 'pin', 'totp', 'ease', 'demo')),
    kind               TEXT NOT NULL CHECK (kind IN ('payment', 'request', 'redemption')),
    payer              BYTEA NOT NULL,
    payee              BYTEA,
    merchant           BYTEA,
    request            BYTEA,
    name_hash          BYTEA NOT NULL CHECK (length(name_hash) = 32),
    message_hash       BYTEA NOT NULL CHECK (length(message_hash) = 32),
    amount             BIGINT NOT NULL CHECK (amount > 0),
    euros              BIGINT NOT NULL CHECK (euros >= 0),
    currency           TEXT NOT NULL,
    nonce              BYTEA NOT NULL CHECK (length(nonce) = 32),
    expires_at         BIGINT NOT NULL,
    digest             BYTEA NOT NULL CHECK (length(digest) = 32),
    device             BYTEA,
    relying_party      TEXT NOT NULL,
    credential         BYTEA,
    public_key         BYTEA,
    authenticator_data BYTEA,
    client_data        BYTEA,
    signature          BYTEA,
    confirmed_at       BIGINT NOT NULL,
    CHECK ((method = 'passkey') = (signature IS NOT NULL)),
    CHECK ((method = 'pin') = (device IS NOT NULL))
);
CREATE INDEX IF NOT EXISTS confirmations_between ON confirmations (payer, payee);
