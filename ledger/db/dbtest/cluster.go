// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// Cluster is a PostgreSQL server of one test, which may kill it and start it
// again. It is durable, as the servers of associations are.
type Cluster struct {
	t        testing.TB
	guard    *guard
	programs string // folder of initdb and pg_ctl
	port     string
	copying  string // how a database is copied, after its template
}

// The user of every cluster is noria, its password noria: connections over the
// loopback need it, so that a wrong one is refused as it is elsewhere. $1 is the
// folder, $2 the one of the programs, $3 the settings. Texts are ordered by their
// bytes, as on the other engines.
const postgresScript = `
umask 077
echo noria >"$1/password"
"$2/initdb" -D "$1/data" -U noria -A scram-sha-256 --pwfile="$1/password" -E UTF8 --locale=C --no-sync >"$1/log" 2>&1 &&
printf '%s' "$3" >>"$1/data/postgresql.conf" &&
"$2/pg_ctl" -D "$1/data" -l "$1/log" -w start >/dev/null 2>&1 && echo ready || echo failed
read -r _
"$2/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$1"
`

// speed gives up safety that a cluster for one test process does not need.
const speed = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_wal_size = 256MB\n"

// startPostgres starts a cluster with settings besides its own.
func startPostgres(parent, settings string) (*Cluster, error) {
	programs, ok := postgresPrograms()
	if !ok {
		return nil, errAbsent
	}
	var failed error
	for range 3 { // somebody else may take the port between its choice and its use
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		own := "listen_addresses = '127.0.0.1'\nport = " + port + "\nunix_socket_directories = ''\nmax_connections = 200\n"
		g, err := startGuard(parent, postgresScript, programs, own+settings)
		if err == nil {
			return &Cluster{guard: g, programs: programs, port: port}, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

// postgresPrograms finds the folder of PostgreSQL's programs, of the newest
// version where the distribution keeps several.
func postgresPrograms() (string, bool) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), true
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", false
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare([]byte(a), []byte(b))
	})), true
}

// StartCluster starts a server for this test alone, with an empty database
// called noria, and skips the test where PostgreSQL is absent. The server is
// gone when the test is over.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := startPostgres("", "")
	if errors.Is(err, errAbsent) {
		t.Skip(noPostgres)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.t = t
	t.Cleanup(func() {
		if err := c.guard.stop(); err != nil {
			t.Errorf("stopping the cluster: %v", err)
		}
	})
	if err := c.execute(t.Context(), "CREATE DATABASE noria"); err != nil {
		t.Fatal(err)
	}
	return c
}

// URL returns the address of a database of the cluster.
func (c *Cluster) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword("noria", "noria"), Host: "127.0.0.1:" + c.port, Path: "/" + database, RawQuery: "sslmode=disable"}
	return u.String()
}

// Kill stops the server at once, as a crash does: connections break, nothing is
// written any more, and Start has to recover from the log.
func (c *Cluster) Kill() {
	c.t.Helper()
	if err := c.guard.run(filepath.Join(c.programs, "pg_ctl"), "-D", filepath.Join(c.guard.folder, "data"), "-m", "immediate", "-w", "stop"); err != nil {
		c.t.Fatal(err)
	}
}

// Start starts the server again on the same port and returns when it answers.
func (c *Cluster) Start() {
	c.t.Helper()
	if err := c.guard.run(filepath.Join(c.programs, "pg_ctl"), "-D", filepath.Join(c.guard.folder, "data"), "-l", filepath.Join(c.guard.folder, "log"), "-w", "start"); err != nil {
		c.t.Fatal(err)
	}
}

// execute runs one statement that belongs to no book.
func (c *Cluster) execute(ctx context.Context, statement string) error {
	return execute(ctx, c.URL("postgres"), statement)
}

func execute(ctx context.Context, database, statement string) error {
	handle, err := sql.Open("pgx", database)
	if err != nil {
		return err
	}
	_, err = handle.ExecContext(ctx, statement)
	return errors.Join(err, handle.Close())
}
