// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// secretWord is a password that nothing may show.
const secretWord = "s3cr3t-word"

// with returns a database's URL with something in it changed.
func with(t *testing.T, database string, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	change(u)
	return u.String()
}

// TestDatabaseIsASecret: the setting comes from everywhere and is shown without
// its password.
func TestDatabaseIsASecret(t *testing.T) {
	t.Parallel()
	secret := "postgres://roue:" + secretWord + "@db.example:5432/roue?sslmode=verify-full&sslpassword=" + secretWord
	file := filepath.Join(t.TempDir(), "url")
	toml := filepath.Join(t.TempDir(), "noria.toml")
	if err := errors.Join(os.WriteFile(file, []byte(secret+"\n"), 0o600), os.WriteFile(toml, []byte("database = \""+secret+"\"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ env, args, where string }{
		{"NORIA_DATABASE=" + secret, "", "NORIA_DATABASE;"},
		{"NORIA_DATABASE_FILE=" + file, "", "NORIA_DATABASE_FILE;"},
		{"", "--config " + toml, toml},
		{"", "--database " + secret, "--database;"},
	} {
		r := noriaWith(t, []string{c.env}, append([]string{"config"}, strings.Fields(c.args)...)...)
		line := setting(t, r, "database")
		if strings.Contains(r.stdout+r.stderr, secretWord) || !strings.Contains(line, "roue:xxxxx@db.example:5432/roue") || !strings.Contains(line, "from "+c.where) {
			t.Errorf("%s %s: %s", c.env, c.args, line)
		}
	}
	for _, wrong := range []string{"mysql://roue:" + secretWord + "@host/roue", secretWord, "host=x password=" + secretWord, "postgres://%zz" + secretWord} {
		r := noria(t, "serve", "--database", wrong)
		if r.code != 2 || strings.Contains(r.stderr, secretWord) || !strings.Contains(r.stderr, "database") || !strings.Contains(r.stderr, "postgres://") {
			t.Errorf("%+v", r)
		}
	}
}

// TestWrongDatabases: what cannot be used is one clear line, exit code 1, no
// password, and nothing written.
func TestWrongDatabases(t *testing.T) {
	t.Parallel()
	empty := dbtest.EmptyPostgresURL(t)
	newer := dbtest.PostgresURL(t)
	onServer(t, newer, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`)
	older := dbtest.PostgresURL(t)
	onServer(t, older, `DELETE FROM goose_db_version WHERE version_id > 4`)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close() // listens and never answers
	for _, c := range []struct{ name, database, says string }{
		{"unreachable", with(t, empty, func(u *url.URL) { u.Host = "127.0.0.1:1"; u.User = url.UserPassword("noria", secretWord) }), "cannot be reached"},
		{"silent", with(t, empty, func(u *url.URL) {
			u.Host, u.RawQuery, u.User = closed.Addr().String(), "sslmode=disable&connect_timeout=1", url.UserPassword("noria", secretWord)
		}), "cannot be reached"},
		{"wrong password", with(t, empty, func(u *url.URL) { u.User = url.UserPassword("noria", secretWord) }), "refused the user or the password"},
		{"nobody", with(t, empty, func(u *url.URL) { u.User = url.UserPassword("nobody", secretWord) }), "refused the user or the password"},
		{"no database", with(t, empty, func(u *url.URL) { u.Path = "/nowhere" }), "no database of this name"},
		{"newer", newer, "newer noria"},
	} {
		for _, args := range []string{"serve --addr 127.0.0.1:0 --private-addr 127.0.0.1:0", "migrate", "verify", "fund", "export hledger", "export movements",
			"job run verify --addr 127.0.0.1:0", "demo --addr 127.0.0.1:0", "bench --wallets 2 --duration 100ms"} {
			if strings.HasPrefix(args, "bench") && c.name == "newer" || c.name == "silent" && !strings.HasPrefix(args, "serve") && !strings.HasPrefix(args, "bench") {
				continue // a bench has a database of its own; patience is spent once
			}
			r := noriaWith(t, []string{"NORIA_DATABASE=" + c.database, "NORIA_LOG_LEVEL=debug"}, strings.Fields(args)...)
			said := strings.TrimSuffix(r.stderr, "\n")
			if r.code != 1 || !strings.Contains(said, c.says) || !strings.HasPrefix(said, "noria: ") || strings.Contains(said, "\n") ||
				strings.Contains(r.stdout+r.stderr, secretWord) {
				t.Errorf("%s: noria %s: exit %d\n%s%s", c.name, args, r.code, r.stdout, r.stderr)
			}
		}
	}
	for _, args := range []string{"verify", "fund", "export hledger"} {
		if r := noria(t, append(strings.Fields(args), "--database", empty)...); r.code != 1 || !strings.Contains(r.stderr, "no book") {
			t.Errorf("%s in an empty database: %+v", args, r)
		}
		if r := noria(t, append(strings.Fields(args), "--database", older)...); r.code != 1 || !strings.Contains(r.stderr, "needs migrations") {
			t.Errorf("%s of an older book: %+v", args, r)
		}
	}
	if r := noria(t, "verify", "--database", empty); !strings.Contains(r.stderr, "no book") {
		t.Errorf("reading made a book: %+v", r)
	}
}

// onServer runs statements in a book that nobody serves.
func onServer(t *testing.T, database string, statements ...string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := errors.Join(conn.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestDemoOnServer plays the story on a server, goes on with it, reads beside it,
// and refuses what is not its own.
func TestDemoOnServer(t *testing.T) {
	t.Parallel()
	database, folder := dbtest.EmptyPostgresURL(t), filepath.Join(t.TempDir(), "tokens")
	on := []string{"--database", database}
	p, r := demo(t, append(on, "--data", folder)...)
	t.Run("10 euros are 12 units", func(t *testing.T) { checkChange(t, r) })
	t.Run("the campaign", func(t *testing.T) { checkCampaign(t, r) })
	t.Run("six officials", func(t *testing.T) { checkOfficials(t, r) })
	t.Run("the redemption", func(t *testing.T) { checkRedemption(t, r) })
	head := r.as(t, "auditor").fund("").Head
	if out := done(t, append([]string{"verify"}, on...)...); !strings.Contains(out, fmt.Sprintf("head %d %s", head.Seq, head.Hash)) {
		t.Errorf("verify beside the server says %s, the head is %+v", out, head)
	}
	var f fund
	if err := json.Unmarshal([]byte(done(t, append([]string{"fund"}, on...)...)), &f); err != nil || f.Head != head {
		t.Errorf("fund beside the server says %+v, %v", f, err)
	}
	if out := done(t, append([]string{"export", "hledger"}, on...)...); !strings.Contains(out, "loc:issued:digital") {
		t.Errorf("the export has no units: %.300s", out)
	}
	done(t, append([]string{"job", "run", "verify"}, on...)...) // beside the server too
	done(t, append([]string{"migrate"}, on...)...)
	if code := p.stop(); code != 0 {
		t.Errorf("it exits %d", code)
	}
	p, again := demo(t, append(on, "--data", folder)...)
	if after := again.as(t, "auditor").fund("").Head; after != head || again.Tokens["citizen"] != r.Tokens["citizen"] {
		t.Errorf("started again the head is %+v, it was %+v", after, head)
	}
	p.stop()

	before := done(t, append([]string{"verify"}, on...)...)
	other := filepath.Join(t.TempDir(), "other")
	elsewhere, _ := demo(t, "--database", dbtest.EmptyPostgresURL(t), "--data", other)
	elsewhere.stop()
	for name, args := range map[string][]string{"without its tokens": on, "a fresh folder": append(on, "--data", t.TempDir()), "another's tokens": append(on, "--data", other)} {
		refused := noria(t, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
		if refused.code != 1 || !strings.Contains(refused.stderr, "not made by this demonstration") || strings.Count(refused.stderr, "\n") != 1 {
			t.Errorf("%s: %+v", name, refused)
		}
	}
	if refused := noria(t, "demo", "--addr", "127.0.0.1:0", "--data", folder); refused.code != 1 || !strings.Contains(refused.stderr, "elsewhere") {
		t.Errorf("a folder of tokens taken for a book: %+v", refused)
	}
	if after := done(t, append([]string{"verify"}, on...)...); after != before {
		t.Errorf("refusals wrote: %s, it was %s", after, before)
	}

	// The book of a real currency, served once: it has an administrator's token.
	real := dbtest.EmptyPostgresURL(t)
	p, _, _ = serve(t, "--database", real)
	p.stop()
	before = done(t, "verify", "--database", real)
	for _, data := range []string{t.TempDir(), folder} {
		if refused := noria(t, "demo", "--addr", "127.0.0.1:0", "--database", real, "--data", data); refused.code != 1 || !strings.Contains(refused.stderr, "not made by this demonstration") {
			t.Errorf("a demonstration in a real book: %+v", refused)
		}
	}
	if after := done(t, "verify", "--database", real); after != before {
		t.Errorf("a refusal wrote: %s, it was %s", after, before)
	}
}

// TestServiceRole: who owns the tables migrates them; the role that serves needs
// far less, and cannot change the journal however it tries.
func TestServiceRole(t *testing.T) {
	t.Parallel()
	database := dbtest.EmptyPostgresURL(t)
	done(t, "migrate", "--database", database)
	role := fmt.Sprintf("clerk_%d", os.Getpid())
	onServer(t, database, `CREATE ROLE `+role+` LOGIN PASSWORD '`+secretWord+`'`,
		`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO `+role,
		`REVOKE UPDATE, DELETE ON entries, postings, commands FROM `+role,
		`REVOKE INSERT, UPDATE, DELETE ON goose_db_version FROM `+role)
	t.Cleanup(func() {
		d, err := db.Open(context.Background(), db.Config{Database: database})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		conn, err := d.Writer(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, s := range []string{`DROP OWNED BY ` + role, `DROP ROLE ` + role} {
			if _, err := conn.ExecContext(context.Background(), s); err != nil {
				t.Error(err)
			}
		}
	})
	clerk := with(t, database, func(u *url.URL) { u.User = url.UserPassword(role, secretWord) })
	p, r := demo(t, "--database", clerk, "--data", t.TempDir())
	t.Run("10 euros are 12 units", func(t *testing.T) { checkChange(t, r) })
	if out, _ := p.said(); strings.Contains(out, secretWord) {
		t.Error("the password is printed")
	}
	p.stop()
	done(t, "verify", "--database", clerk)
}

// TestBenchOnServer makes a very short bench beside pgbench and looks at the
// form of the report, and that nothing is left.
func TestBenchOnServer(t *testing.T) {
	t.Parallel()
	database := dbtest.EmptyPostgresURL(t)
	out := done(t, "bench", "--json", "--database", database, "--duration", "300ms", "--warmup", "100ms", "--wallets", "50")
	var r struct {
		Pgbench *float64 `json:"pgbench_tps"`
		Raw     *float64 `json:"raw_commit_payments_per_s"`
		Runs    []struct {
			Door      string
			PerSecond float64  `json:"payments_per_s"`
			OfPgbench *float64 `json:"of_pgbench"`
		}
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Runs) != 8 || r.Raw != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench"); len(found) == 0 {
		t.Skip("pgbench is absent: its ratio is not proved")
	}
	if r.Pgbench == nil || *r.Pgbench <= 0 {
		t.Errorf("no pgbench in %s", out)
	}
	for _, run := range r.Runs {
		if (run.OfPgbench != nil) != (run.Door == "http" && run.PerSecond > 0) {
			t.Errorf("the ratio of %+v", run)
		}
	}
	d, err := db.Open(t.Context(), db.Config{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var left int
	if err := d.Reader().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'noria\_scratch\_%'`).Scan(&left); err != nil || left > 0 {
		t.Errorf("%d databases are left, %v", left, err)
	}
}
