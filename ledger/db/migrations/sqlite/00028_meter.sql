-- +goose Up
-- What counts in the meter of payment operations besides payments (L4): 1 for yes.
CREATE TABLE meter_settings (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    conversions INTEGER NOT NULL CHECK (conversions IN (0, 1)),
    redemptions INTEGER NOT NULL CHECK (redemptions IN (0, 1))
);
