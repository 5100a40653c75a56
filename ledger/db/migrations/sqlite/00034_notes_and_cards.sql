-- +goose Up
-- Members are asked to confirm that digital units are held for notes. SQLite cannot
-- change a check, so both tables are written anew with the wider one; nothing that
-- was confirmed changes, and its rows are as final as before.

CREATE TABLE intents_wider (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id     BLOB    NOT NULL REFERENCES users (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('payment', 'request', 'redemption', 'notes')),
    payer       BLOB    NOT NULL CHECK (length(payer) = 16),
    payee       BLOB,             -- the holder who is paid; none where euros or notes are asked for
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
    made        BLOB,             -- the payment, the redemption or the withdrawal of notes
    consumed_at INTEGER CHECK (consumed_at < expires_at),
    CHECK ((entry IS NULL) = (consumed_at IS NULL)),
    CHECK ((entry IS NULL) = (made IS NULL)),
    CHECK ((kind IN ('redemption', 'notes')) = (payee IS NULL)),
    CHECK ((kind = 'request') = (request IS NOT NULL))
);
INSERT INTO intents_wider (
    id, user_id, kind, payer, payee, merchant, request, handle, payee_name, message, salt, amount, euros, currency, nonce,
    digest, created_at, expires_at, entry, made, consumed_at)
    SELECT
    id, user_id, kind, payer, payee, merchant, request, handle, payee_name, message, salt, amount, euros, currency, nonce,
    digest, created_at, expires_at, entry, made, consumed_at
    FROM intents;
DROP TABLE intents;
ALTER TABLE intents_wider RENAME TO intents;
CREATE INDEX intents_of_user ON intents (user_id, expires_at) WHERE entry IS NULL;

CREATE TABLE confirmations_wider (
    entry              BLOB    NOT NULL PRIMARY KEY,
    intent             BLOB    NOT NULL UNIQUE,
    user_id            BLOB    NOT NULL,
    session            BLOB    NOT NULL,
    method             TEXT    NOT NULL CHECK (method IN ('passkey', 'pin', 'totp', 'ease', 'demo')),
    kind               TEXT    NOT NULL CHECK (kind IN ('payment', 'request', 'redemption', 'notes')),
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
INSERT INTO confirmations_wider (
    entry, intent, user_id, session, method, kind, payer, payee, merchant, request, name_hash, message_hash, amount, euros,
    currency, nonce, expires_at, digest, device, relying_party, credential, public_key, authenticator_data, client_data,
    signature, confirmed_at)
    SELECT
    entry, intent, user_id, session, method, kind, payer, payee, merchant, request, name_hash, message_hash, amount, euros,
    currency, nonce, expires_at, digest, device, relying_party, credential, public_key, authenticator_data, client_data,
    signature, confirmed_at
    FROM confirmations;
DROP TABLE confirmations;
ALTER TABLE confirmations_wider RENAME TO confirmations;
CREATE INDEX confirmations_between ON confirmations (payer, payee);

-- +goose StatementBegin
CREATE TRIGGER confirmations_are_final BEFORE UPDATE ON confirmations BEGIN SELECT RAISE(ABORT, 'confirmations are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER confirmations_stay BEFORE DELETE ON confirmations BEGIN SELECT RAISE(ABORT, 'confirmations are never deleted'); END;
-- +goose StatementEnd

-- What somebody decided about a payment by card that the book and its provider
-- tell differently. One proposal at most is open for a payment.
CREATE TABLE card_decisions (
    id          BLOB    NOT NULL PRIMARY KEY,
    provider    TEXT    NOT NULL,
    payment     TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('credit', 'returned', 'noted')),
    holder      BLOB,             -- who is credited
    amount      INTEGER NOT NULL CHECK (amount >= 0),
    odd         TEXT    NOT NULL, -- why somebody had to look
    note        TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('proposed', 'done', 'withdrawn')),
    made        BLOB,             -- the conversion that credits
    proposed_by BLOB    NOT NULL,
    proposed_at INTEGER NOT NULL,
    closed_by   BLOB,
    closed_at   INTEGER,
    open        INTEGER CHECK (open = 1),
    CHECK ((kind = 'credit') = (holder IS NOT NULL)),
    CHECK ((status = 'proposed') = (open IS NOT NULL)),
    CHECK ((status = 'proposed') = (closed_by IS NULL)),
    CHECK (status <> 'done' OR kind = 'noted' OR closed_by <> proposed_by),
    UNIQUE (provider, payment, open)
);
