-- +goose NO TRANSACTION
-- +goose Up
-- Paper notes: quantities by place, the numbers of new notes, what moved them.

-- A kind of note; its numbers go up and never overlap.
CREATE TABLE IF NOT EXISTS paper_denominations (
    series      TEXT    NOT NULL CHECK (series <> ''),
    face        BIGINT NOT NULL CHECK (face > 0), -- cents of a unit
    last_number BIGINT NOT NULL DEFAULT 0 CHECK (last_number >= 0),
    PRIMARY KEY (series, face)
);

-- How many notes are where: vault, transit, desk:<slug>, public, destroyed, lost.
CREATE TABLE IF NOT EXISTS paper_stocks (
    place    TEXT    NOT NULL CHECK (place <> ''),
    series   TEXT    NOT NULL,
    face     BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (place, series, face),
    FOREIGN KEY (series, face) REFERENCES paper_denominations (series, face)
);

-- Where the numbers of new notes are, or to which desk they were brought.
CREATE TABLE IF NOT EXISTS paper_ranges (
    series TEXT    NOT NULL,
    face   BIGINT NOT NULL,
    first  BIGINT NOT NULL CHECK (first > 0),
    last   BIGINT NOT NULL CHECK (last >= first),
    place  TEXT    NOT NULL,
    PRIMARY KEY (series, face, first),
    FOREIGN KEY (series, face) REFERENCES paper_denominations (series, face)
);

CREATE TABLE IF NOT EXISTS paper_moves (
    id         BYTEA    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('open', 'done', 'undone')),
    from_place TEXT    NOT NULL,
    to_place   TEXT    NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0), -- cents, at face value
    holder     BYTEA,
    means      TEXT    NOT NULL DEFAULT '',
    note       TEXT    NOT NULL DEFAULT '',
    entry      BYTEA,
    redemption BYTEA,
    created_by BYTEA    NOT NULL,
    created_at BIGINT NOT NULL,
    closed_by  BYTEA,
    closed_at  BIGINT,
    CHECK (closed_by IS NULL OR closed_by <> created_by OR kind = 'withdrawal')
);
CREATE INDEX IF NOT EXISTS paper_moves_of_holder ON paper_moves (holder, id);

CREATE TABLE IF NOT EXISTS paper_lines (
    move     BYTEA    NOT NULL REFERENCES paper_moves (id),
    n        BIGINT NOT NULL CHECK (n > 0),
    series   TEXT    NOT NULL,
    face     BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    first    BIGINT NOT NULL DEFAULT 0 CHECK (first >= 0), -- 0 for notes without known numbers
    received BIGINT NOT NULL CHECK (received >= 0 AND received <= quantity),
    PRIMARY KEY (move, n)
);

-- What was counted at a desk, beside what the book said.
CREATE TABLE IF NOT EXISTS paper_counts (
    id           BYTEA    NOT NULL PRIMARY KEY,
    desk         TEXT    NOT NULL REFERENCES desks (slug),
    status       TEXT    NOT NULL CHECK (status IN ('equal', 'open', 'explained')),
    counted      TEXT    NOT NULL, -- JSON: lines with what was expected and what was counted
    note         TEXT    NOT NULL DEFAULT '',
    counted_by   BYTEA    NOT NULL,
    counted_at   BIGINT NOT NULL,
    explained_by BYTEA,
    explained_at BIGINT
);
