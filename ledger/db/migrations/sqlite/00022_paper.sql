-- +goose Up
-- Paper notes: quantities by place, the numbers of new notes, what moved them.

-- A kind of note; its numbers go up and never overlap.
CREATE TABLE paper_denominations (
    series      TEXT    NOT NULL CHECK (series <> ''),
    face        INTEGER NOT NULL CHECK (face > 0), -- cents of a unit
    last_number INTEGER NOT NULL DEFAULT 0 CHECK (last_number >= 0),
    PRIMARY KEY (series, face)
) WITHOUT ROWID;

-- How many notes are where: vault, transit, desk:<slug>, public, destroyed, lost.
CREATE TABLE paper_stocks (
    place    TEXT    NOT NULL CHECK (place <> ''),
    series   TEXT    NOT NULL,
    face     INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (place, series, face),
    FOREIGN KEY (series, face) REFERENCES paper_denominations (series, face)
) WITHOUT ROWID;

-- Where the numbers of new notes are, or to which desk they were brought.
CREATE TABLE paper_ranges (
    series TEXT    NOT NULL,
    face   INTEGER NOT NULL,
    first  INTEGER NOT NULL CHECK (first > 0),
    last   INTEGER NOT NULL CHECK (last >= first),
    place  TEXT    NOT NULL,
    PRIMARY KEY (series, face, first),
    FOREIGN KEY (series, face) REFERENCES paper_denominations (series, face)
) WITHOUT ROWID;

CREATE TABLE paper_moves (
    id         BLOB    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('open', 'done', 'undone')),
    from_place TEXT    NOT NULL,
    to_place   TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0), -- cents, at face value
    holder     BLOB,
    means      TEXT    NOT NULL DEFAULT '',
    note       TEXT    NOT NULL DEFAULT '',
    entry      BLOB,
    redemption BLOB,
    created_by BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    closed_by  BLOB,
    closed_at  INTEGER,
    CHECK (closed_by IS NULL OR closed_by <> created_by OR kind = 'withdrawal')
) WITHOUT ROWID;
CREATE INDEX paper_moves_of_holder ON paper_moves (holder, id);

CREATE TABLE paper_lines (
    move     BLOB    NOT NULL REFERENCES paper_moves (id),
    n        INTEGER NOT NULL CHECK (n > 0),
    series   TEXT    NOT NULL,
    face     INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    first    INTEGER NOT NULL DEFAULT 0 CHECK (first >= 0), -- 0 for notes without known numbers
    received INTEGER NOT NULL CHECK (received >= 0 AND received <= quantity),
    PRIMARY KEY (move, n)
) WITHOUT ROWID;

-- What was counted at a desk, beside what the book said.
CREATE TABLE paper_counts (
    id           BLOB    NOT NULL PRIMARY KEY,
    desk         TEXT    NOT NULL REFERENCES desks (slug),
    status       TEXT    NOT NULL CHECK (status IN ('equal', 'open', 'explained')),
    counted      TEXT    NOT NULL, -- JSON: lines with what was expected and what was counted
    note         TEXT    NOT NULL DEFAULT '',
    counted_by   BLOB    NOT NULL,
    counted_at   INTEGER NOT NULL,
    explained_by BLOB,
    explained_at INTEGER
) WITHOUT ROWID;
