-- +goose NO TRANSACTION
-- +goose Up
-- The counter: the number that customers type, and the screens that show what
-- was paid.

CREATE TABLE IF NOT EXISTS merchant_numbers (
    merchant BYTEA NOT NULL PRIMARY KEY REFERENCES merchants (id),
    number   TEXT  NOT NULL UNIQUE CHECK (length(number) = 6)
);
-- Those who are there already: no two rows below 900 000 meet.
INSERT INTO merchant_numbers (merchant, number)
    SELECT id, CAST(100000 + (n * 611953) % 900000 AS TEXT)
    FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM merchants) AS numbered
    ON CONFLICT DO NOTHING;

-- A screen is made with a code, which the device gives once; from then on the
-- device is known by a secret of which only the SHA-256 stands here.
CREATE TABLE IF NOT EXISTS screens (
    id         BYTEA  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    merchant   BYTEA  NOT NULL REFERENCES merchants (id),
    label      TEXT   NOT NULL,
    code       TEXT UNIQUE CHECK (length(code) = 8),
    digest     BYTEA UNIQUE CHECK (length(digest) = 32),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at), -- of the code
    paired_at  BIGINT,
    revoked_at BIGINT,
    CHECK ((digest IS NULL) = (paired_at IS NULL)),
    CHECK (digest IS NULL OR code IS NULL)
);
CREATE INDEX IF NOT EXISTS screens_of_merchant ON screens (merchant, id);
