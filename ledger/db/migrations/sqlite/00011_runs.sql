-- +goose Up
-- Redemption runs: where euros are paid to, which transfers are given to the bank
-- together, what the bank sends back. Account numbers and names on them are
-- personal data and stand here only.

-- A row is a wish to be paid to an account. The last approved one of a holder
-- counts, from effective_at on; nothing is paid before (D10). One that staff wrote
-- is approved by somebody else (D9).
CREATE TABLE payout_accounts (
    id           BLOB    NOT NULL PRIMARY KEY,
    holder       BLOB    NOT NULL,
    iban         TEXT    NOT NULL CHECK (length(iban) BETWEEN 15 AND 34),
    bic          TEXT    NOT NULL,
    name         TEXT    NOT NULL CHECK (name <> ''),
    set_by       BLOB    NOT NULL,
    set_at       INTEGER NOT NULL,
    staff        INTEGER NOT NULL CHECK (staff IN (0, 1)),
    approved_by  BLOB,
    approved_at  INTEGER,
    effective_at INTEGER,
    CHECK ((approved_at IS NULL) = (effective_at IS NULL)),
    CHECK (effective_at >= approved_at),
    CHECK (staff = 0 OR approved_at IS NULL OR approved_by IS NOT NULL),
    CHECK (approved_by IS NULL OR approved_by <> set_by)
);
CREATE INDEX payout_accounts_of_holder ON payout_accounts (holder, id);

CREATE TABLE redemption_runs (
    id           BLOB    NOT NULL PRIMARY KEY,
    account      TEXT    NOT NULL, -- the compte dédié that pays
    execute_on   INTEGER NOT NULL,
    lines        INTEGER NOT NULL CHECK (lines > 0),
    total        INTEGER NOT NULL CHECK (total > 0),
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'exported', 'cancelled')),
    prepared_by  BLOB    NOT NULL,
    prepared_at  INTEGER NOT NULL,
    approved_by  BLOB,
    approved_at  INTEGER,
    exported_by  BLOB,
    exported_at  INTEGER,
    cancelled_by BLOB,
    cancelled_at INTEGER,
    CHECK (approved_by IS NULL OR approved_by <> prepared_by),
    CHECK (status NOT IN ('approved', 'exported') OR approved_at IS NOT NULL),
    CHECK ((status = 'exported') = (exported_at IS NOT NULL)),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);

CREATE TABLE redemption_lines (
    run        BLOB    NOT NULL REFERENCES redemption_runs (id),
    n          INTEGER NOT NULL CHECK (n > 0),
    redemption BLOB    NOT NULL REFERENCES redemptions (id),
    attempt    INTEGER NOT NULL CHECK (attempt > 0),
    payee      BLOB    NOT NULL REFERENCES payout_accounts (id),
    iban       TEXT    NOT NULL,
    bic        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    euros      INTEGER NOT NULL CHECK (euros > 0),
    PRIMARY KEY (run, n)
);
CREATE INDEX redemption_lines_of_redemption ON redemption_lines (redemption);

-- What the bank sent back.
CREATE TABLE redemption_returns (
    redemption     BLOB    NOT NULL REFERENCES redemptions (id),
    attempt        INTEGER NOT NULL CHECK (attempt > 0),
    code           TEXT    NOT NULL CHECK (length(code) = 4),
    bank_reference TEXT    NOT NULL,
    retired        BLOB    NOT NULL, -- the entry that had retired the units
    reversal       BLOB    NOT NULL, -- its reversal
    back           BLOB,             -- the entry of the euros that came back, if they had left
    returned_by    BLOB    NOT NULL,
    returned_at    INTEGER NOT NULL,
    PRIMARY KEY (redemption, attempt)
);

-- attempt counts the transfers; sent is the entry that retired the units when
-- the transfer was given to the bank; not_to is an account that the bank refused.
ALTER TABLE redemptions ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1 CHECK (attempt > 0);
ALTER TABLE redemptions ADD COLUMN run BLOB CHECK (run IS NOT NULL OR status NOT IN ('in_run', 'sent'));
ALTER TABLE redemptions ADD COLUMN sent BLOB CHECK (sent IS NOT NULL OR status <> 'sent');
ALTER TABLE redemptions ADD COLUMN not_to BLOB;
-- Why an individual is paid (L6), and who said so besides the one who asked.
ALTER TABLE redemptions ADD COLUMN exception TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN exception_note TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN approved_by BLOB CHECK (approved_by IS NULL OR approved_by <> requested_by);
ALTER TABLE redemptions ADD COLUMN approved_at INTEGER CHECK (exception = '' OR approved_at IS NOT NULL OR status IN ('requested', 'refused'));

-- What was voted, when, by whom.
CREATE TABLE settings_changes (
    id         BLOB    NOT NULL PRIMARY KEY,
    settings   TEXT    NOT NULL, -- JSON, whole
    changed_by BLOB    NOT NULL,
    changed_at INTEGER NOT NULL
);
