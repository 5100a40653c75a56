// SPDX-License-Identifier: AGPL-3.0-or-later

package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
)

func open(t *testing.T, folder string, readOnly bool) (*db.DB, error) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Data: folder, ReadOnly: readOnly})
	if err == nil {
		t.Cleanup(func() { d.Close() })
	}
	return d, err
}

func TestOneProcessOwnsTheFolder(t *testing.T) {
	folder := t.TempDir()
	first, err := open(t, folder, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, folder, false); !errors.Is(err, db.ErrLocked) {
		t.Errorf("a second owner: %v", err)
	}
	beside, err := open(t, folder, true)
	if err != nil {
		t.Errorf("a reader beside the owner: %v", err)
	} else if _, err := beside.Writer(t.Context()); err == nil {
		t.Error("a reader was given the writing connection")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, folder, false); err != nil {
		t.Errorf("after the owner left: %v", err)
	}
}

func TestReadingNeedsABook(t *testing.T) {
	folder := t.TempDir()
	if _, err := open(t, folder, true); !errors.Is(err, db.ErrNoBook) {
		t.Errorf("an empty folder: %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("reading left %v behind", entries)
	}
	if err := os.WriteFile(filepath.Join(folder, "noria.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, folder, true); !errors.Is(err, db.ErrOlder) {
		t.Errorf("a book without schema: %v", err)
	}
}

func TestANewerSchemaIsRefusedAndLeftAlone(t *testing.T) {
	folder := t.TempDir()
	d, err := open(t, folder, false)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	d.Close()
	for _, readOnly := range []bool{false, true} {
		if _, err := open(t, folder, readOnly); !errors.Is(err, db.ErrNewer) {
			t.Errorf("read-only %v: %v", readOnly, err)
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	d, err := open(t, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.ReaderConn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `UPDATE head SET entry = 7`); err == nil {
		t.Error("a reading connection wrote")
	}
	if err := d.Room(); err != nil && !errors.Is(err, db.ErrDiskFull) {
		t.Errorf("room to write: %v", err)
	}
	if fault.As(db.ErrDiskFull).Kind != fault.Unavailable || db.ErrDiskFull.RetryAfter == 0 {
		t.Error("a full disk must say when to try again")
	}
}
