// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
)

// What a skipped test says.
const (
	noPostgres  = "PostgreSQL is absent: initdb is neither on the PATH nor in /usr/lib/postgresql/*/bin"
	noCockroach = "CockroachDB is absent: no cockroach on the PATH, and NORIA_TEST_COCKROACH_URL is not set"
)

var errAbsent = errors.New("the server's programs are absent")

// The servers of this test process, started by the first test that needs them,
// and the number of databases made on them.
var (
	migratedBook = sync.OnceValues(emptyBook)

	postgres  = sync.OnceValues(migratedCluster)
	cockroach = sync.OnceValues(startCockroach)
	databases atomic.Int64
)

// emptyBook returns the file of a migrated embedded book with nothing in it.
func emptyBook() ([]byte, error) {
	folder, err := os.MkdirTemp("", "noria-book")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	d, err := db.Open(context.Background(), db.Config{Data: folder})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(folder, "noria.db"))
}

// migratedCluster starts the shared cluster and migrates the database that those
// of the tests are copied from.
func migratedCluster() (*Cluster, error) {
	c, err := startPostgres(speed)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	if err := c.execute(ctx, "CREATE DATABASE migrated"); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{Database: c.URL("migrated")})
	if err != nil {
		return nil, err
	}
	return c, d.Close()
}

// PostgresURL returns the address of a database with an empty, migrated book,
// which lives as long as the test. It skips the test where PostgreSQL is absent.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return postgresURL(t, "migrated")
}

// EmptyPostgresURL returns the address of a database without any table, which
// lives as long as the test. It skips the test where PostgreSQL is absent.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	return postgresURL(t, "template0")
}

func postgresURL(t testing.TB, template string) string {
	t.Helper()
	c, err := postgres()
	if errors.Is(err, errAbsent) {
		t.Skip(noPostgres)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := newDatabase()
	if err := c.execute(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.execute(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.URL(name)
}

// newDatabase names a database. The process's number keeps apart what several
// processes make on one server.
func newDatabase() string {
	return "noria_" + strconv.Itoa(os.Getpid()) + "_" + strconv.FormatInt(databases.Add(1), 10)
}

// $1 is the folder, $2 the program, $3 the port. The data are in memory.
const cockroachScript = `
umask 077
"$2" start-single-node --insecure --store=type=mem,size=1GiB --listen-addr=127.0.0.1:"$3" --http-addr=127.0.0.1:0 \
	--pid-file="$1/pid" --background >"$1/log" 2>&1 && echo ready || echo failed
read -r _
test -s "$1/pid" && kill -9 "$(cat "$1/pid")"
rm -rf "$1"
`

// cockroachServer is a server for tests. Its guard is kept, because the pipe of
// a forgotten one is closed; there is none for a server that was given.
type cockroachServer struct {
	url   string
	guard *guard
}

// startCockroach returns the server for tests, started where none is given.
func startCockroach() (cockroachServer, error) {
	if given := os.Getenv("NORIA_TEST_COCKROACH_URL"); given != "" {
		return cockroachServer{url: given}, nil
	}
	program, err := exec.LookPath("cockroach")
	if err != nil {
		return cockroachServer{}, errAbsent
	}
	port, err := freePort()
	if err != nil {
		return cockroachServer{}, err
	}
	g, err := startGuard(cockroachScript, program, port)
	return cockroachServer{"postgres://root@127.0.0.1:" + port + "/defaultdb?sslmode=disable", g}, err
}

// CockroachURL returns the address of an empty database on CockroachDB, which
// lives as long as the test. It skips the test where CockroachDB is absent.
func CockroachURL(t testing.TB) string {
	t.Helper()
	server, err := cockroach()
	if errors.Is(err, errAbsent) {
		t.Skip(noCockroach)
	}
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server.url)
	if err != nil {
		t.Fatal(err)
	}
	name := newDatabase()
	if err := execute(t.Context(), server.url, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(context.Background(), server.url, "DROP DATABASE "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	u.Path = "/" + name
	return u.String()
}
