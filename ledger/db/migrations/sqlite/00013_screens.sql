-- +goose Up
-- The counter: the number that customers type, and the screens that show what
-- was paid.

CREATE TABLE merchant_numbers (
    merchant BLOB NOT NULL PRIMARY KEY REFERENCES merchants (id),
    number   TEXT NOT NULL UNIQUE CHECK (length(number) = 6)
) WITHOUT ROWID;
-- Those who are there already: no two rows below 900 000 meet.
INSERT INTO merchant_numbers (merchant, number)
    SELECT id, CAST(100000 + (n * 611953) % 900000 AS TEXT)
    FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM merchants) AS numbered;

-- A screen is made with a code, which the device gives once; from then on the
-- device is known by a secret of which only the SHA-256 stands here.
CREATE TABLE screens (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    merchant   BLOB    NOT NULL REFERENCES merchants (id),
    label      TEXT    NOT NULL,
    code       TEXT UNIQUE CHECK (length(code) = 8),
    digest     BLOB UNIQUE CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at), -- of the code
    paired_at  INTEGER,
    revoked_at INTEGER,
    CHECK ((digest IS NULL) = (paired_at IS NULL)),
    CHECK (digest IS NULL OR code IS NULL)
) WITHOUT ROWID;
CREATE INDEX screens_of_merchant ON screens (merchant, id);
