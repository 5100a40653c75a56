// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// TestMove plays the story in a folder, moves it to a server, serves it there,
// moves it back, and serves it again.
func TestMove(t *testing.T) {
	t.Parallel()
	folder, back := filepath.Join(t.TempDir(), "book"), filepath.Join(t.TempDir(), "back")
	p, r := demo(t, "--data", folder)
	head := r.as(t, "auditor").fund("").Head
	database := dbtest.EmptyPostgresURL(t)
	if busy := noria(t, "move", "--from", "sqlite:"+folder, "--to", database); busy.code != 1 || !strings.Contains(busy.stderr, "another noria process") {
		t.Errorf("moved under a server: %+v", busy)
	}
	p.stop()

	settings := []string{"NORIA_DATABASE=" + database, "NORIA_DATA=" + folder}
	there := noriaWith(t, settings, "move", "--from", "data", "--to", "database")
	if there.code != 0 || there.stderr != "" || !strings.Contains(there.stdout, "no difference\nhead ") || !strings.Contains(there.stdout, head.Hash) {
		t.Fatalf("the way there: %+v, head %+v", there, head)
	}
	if before, after := done(t, "verify", "--data", folder), done(t, "verify", "--database", database); before != after {
		t.Errorf("verify says %s, it said %s", after, before)
	}
	served, public, _ := serve(t, "--database", database)
	var f fund
	(caller{t, public, ""}).get("/v1/fund", &f)
	if f.Head != head {
		t.Errorf("served on the server the head is %+v, it was %+v", f.Head, head)
	}
	served.stop()

	home := noriaWith(t, settings, "move", "--from", "database", "--to", "sqlite:"+back)
	if home.code != 0 {
		t.Fatalf("the way back: %+v", home)
	}
	done(t, "verify", "--data", back)
	for _, form := range []string{"hledger", "movements"} {
		if was, is := done(t, "export", form, "--data", folder), done(t, "export", form, "--data", back); was != is {
			t.Errorf("the export %s has changed:\n%s\n%s", form, was, is)
		}
	}
}

func TestMoveRefusals(t *testing.T) {
	t.Parallel()
	empty, folder := dbtest.EmptyPostgresURL(t), filepath.Join(t.TempDir(), "book")
	done(t, "migrate", "--data", folder)
	wrong := with(t, empty, func(u *url.URL) { u.User = url.UserPassword("noria", secretWord) })
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"--from sqlite:" + folder, 2, "--to"},
		{"--to " + empty, 2, "--from"},
		{"--from sqlite: --to " + empty, 2, "--from wants"},
		{"--from sqlite:" + folder + " --to mysql://noria:" + secretWord + "@host/x", 2, "--to wants"},
		{"--from sqlite:" + folder + " --to database", 2, "--database was not given"},
		{"--from sqlite:" + folder + " --to sqlite:" + folder, 1, "same place"},
		{"--from sqlite:" + folder + "-none --to " + empty, 1, "source: no-book"},
		{"--from sqlite:" + folder + " --to " + wrong, 1, "destination: database-login"},
		{"--from " + wrong + " --to sqlite:" + folder, 1, "source: database-login"},
	} {
		r := noria(t, append([]string{"move"}, strings.Fields(c.args)...)...)
		if r.code != c.code || !strings.Contains(r.stderr, c.says) || strings.Contains(r.stderr, secretWord) || c.code == 1 && strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("move %s: %+v", c.args, r)
		}
	}
	if r := noria(t, "verify", "--database", empty); r.code != 1 || !strings.Contains(r.stderr, "no book") {
		t.Errorf("a refused move wrote: %+v", r)
	}
}
