-- +goose NO TRANSACTION
-- +goose Up
-- Redemption runs: where euros are paid to, which transfers are given to the bank
-- together, what the bank sends back. Account numbers and names on them are
-- personal data and stand here only.

-- A row is a wish to be paid to an account. The last approved one of a holder
-- counts, from effective_at on; nothing is paid before (D10). One that staff wrote
-- is approved by somebody else (D9).
CREATE TABLE IF NOT EXISTS payout_accounts (
    id           BYTEA    NOT NULL PRIMARY KEY,
    holder       BYTEA    NOT NULL,
    iban         TEXT    NOT NULL CHECK (length(iban) BETWEEN 15 AND 34),
    bic          TEXT    NOT NULL,
    name         TEXT    NOT NULL CHECK (name <> ''),
    set_by       BYTEA    NOT NULL,
    set_at       BIGINT NOT NULL,
    staff        BIGINT NOT NULL CHECK (staff IN (0, 1)),
    approved_by  BYTEA,
    approved_at  BIGINT,
    effective_at BIGINT,
    CHECK ((approved_at IS NULL) = (effective_at IS NULL)),
    CHECK (effective_at >= approved_at),
    CHECK (staff = 0 OR approved_at IS NULL OR approved_by IS NOT NULL),
    CHECK (approved_by IS NULL OR approved_by <> set_by)
);
CREATE INDEX IF NOT EXISTS payout_accounts_of_holder ON payout_accounts (holder, id);

CREATE TABLE IF NOT EXISTS redemption_runs (
    id           BYTEA    NOT NULL PRIMARY KEY,
    account      TEXT    NOT NULL, -- the compte dédié that pays
    execute_on   BIGINT NOT NULL,
    lines        BIGINT NOT NULL CHECK (lines > 0),
    total        BIGINT NOT NULL CHECK (total > 0),
    digest       BYTEA    NOT NULL CHECK (length(digest) = 32),
    status       TEXT    NOT NULL CHECK (status IN ('draft', 'approved', 'exported', 'cancelled')),
    prepared_by  BYTEA    NOT NULL,
    prepared_at  BIGINT NOT NULL,
    approved_by  BYTEA,
    approved_at  BIGINT,
    exported_by  BYTEA,
    exported_at  BIGINT,
    cancelled_by BYTEA,
    cancelled_at BIGINT,
    CHECK (approved_by IS NULL OR approved_by <> prepared_by),
    CHECK (status NOT IN ('approved', 'exported') OR approved_at IS NOT NULL),
    CHECK ((status = 'exported') = (exported_at IS NOT NULL)),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);

CREATE TABLE IF NOT EXISTS redemption_lines (
    run        BYTEA    NOT NULL REFERENCES redemption_runs (id),
    n          BIGINT NOT NULL CHECK (n > 0),
    redemption BYTEA    NOT NULL REFERENCES redemptions (id),
    attempt    BIGINT NOT NULL CHECK (attempt > 0),
    payee      BYTEA    NOT NULL REFERENCES payout_accounts (id),
    iban       TEXT    NOT NULL,
    bic        TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    euros      BIGINT NOT NULL CHECK (euros > 0),
    PRIMARY KEY (run, n)
);
CREATE INDEX IF NOT EXISTS redemption_lines_of_redemption ON redemption_lines (redemption);

-- What the bank sent back.
CREATE TABLE IF NOT EXISTS redemption_returns (
    redemption     BYTEA    NOT NULL REFERENCES redemptions (id),
    attempt        BIGINT NOT NULL CHECK (attempt > 0),
    code           TEXT    NOT NULL CHECK (length(code) = 4),
    bank_reference TEXT    NOT NULL,
    retired        BYTEA    NOT NULL, -- the entry that had retired the units
    reversal       BYTEA    NOT NULL, -- its reversal
    back           BYTEA,             -- the entry of the euros that came back, if they had left
    returned_by    BYTEA    NOT NULL,
    returned_at    BIGINT NOT NULL,
    PRIMARY KEY (redemption, attempt)
);

-- attempt counts the transfers; sent is the entry that retired the units when
-- the transfer was given to the bank; not_to is an account that the bank refused.
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS attempt BIGINT NOT NULL DEFAULT 1 CHECK (attempt > 0);
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS run BYTEA CHECK (run IS NOT NULL OR status NOT IN ('in_run', 'sent'));
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS sent BYTEA CHECK (sent IS NOT NULL OR status <> 'sent');
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS not_to BYTEA;
-- Why an individual is paid (L6), and who said so besides the one who asked.
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS exception TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS exception_note TEXT NOT NULL DEFAULT '';
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS approved_by BYTEA CHECK (approved_by IS NULL OR approved_by <> requested_by);
ALTER TABLE redemptions ADD COLUMN IF NOT EXISTS approved_at BIGINT CHECK (exception = '' OR approved_at IS NOT NULL OR status IN ('requested', 'refused'));

-- What was voted, when, by whom.
CREATE TABLE IF NOT EXISTS settings_changes (
    id         BYTEA    NOT NULL PRIMARY KEY,
    settings   TEXT    NOT NULL, -- JSON, whole
    changed_by BYTEA    NOT NULL,
    changed_at BIGINT NOT NULL
);
