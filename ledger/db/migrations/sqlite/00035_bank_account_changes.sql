-- +goose Up
-- A closed account is offered nowhere any more; what it held stays in the journal.
ALTER TABLE bank_accounts ADD COLUMN closed_at INTEGER;

-- Accounts of the guarantee fund that are opened or closed after the book was
-- opened: proposed by one person, approved by another one (D9).
CREATE TABLE bank_account_changes (
    id          BLOB NOT NULL PRIMARY KEY,
    deed        TEXT NOT NULL CHECK (deed IN ('open', 'close')),
    code        TEXT NOT NULL, -- of the account in the chart
    pool        TEXT NOT NULL CHECK (pool IN ('paper', 'digital')),
    custodian   TEXT NOT NULL,
    iban        TEXT NOT NULL,
    bic         TEXT NOT NULL,
    holder_name TEXT NOT NULL,
    note        TEXT NOT NULL CHECK (note <> ''),
    status      TEXT NOT NULL CHECK (status IN ('proposed', 'done', 'withdrawn')),
    proposed_by BLOB NOT NULL,
    proposed_at INTEGER NOT NULL,
    closed_by   BLOB,
    closed_at   INTEGER,
    open        INTEGER CHECK (open = 1), -- of a proposal, one at a time for an account
    CHECK ((status = 'proposed') = (open IS NOT NULL)),
    CHECK ((status = 'proposed') = (closed_by IS NULL)),
    CHECK (status <> 'done' OR closed_by <> proposed_by),
    UNIQUE (code, open)
);
