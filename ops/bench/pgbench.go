// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/db"
)

// findPgbench returns PostgreSQL's own bench, or "" where it is not installed.
func findPgbench() string {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

// The yardstick: TPC-B as pgbench has it, ten branches, sixteen clients,
// prepared statements.
func pgbenchFill() []string { return []string{"-i", "-q", "-s", "10"} }

func pgbenchRun(d time.Duration) []string {
	seconds := max(1, int(d.Seconds()+0.5))
	return []string{"-M", "prepared", "-c", "16", "-j", "2", "-T", strconv.Itoa(seconds)}
}

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// pgbench measures the server with its own bench, in a database that is dropped
// afterwards, and returns transactions a second; 0 where there is no pgbench.
func pgbench(ctx context.Context, server string, d time.Duration) (rate float64, err error) {
	program := findPgbench()
	if program == "" {
		return 0, nil
	}
	scratch, drop, err := db.Scratch(ctx, server)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if _, err := pgbenchCommand(ctx, program, scratch, pgbenchFill()); err != nil {
		return 0, err
	}
	said, err := pgbenchCommand(ctx, program, scratch, pgbenchRun(d))
	if err != nil {
		return 0, err
	}
	found := tps.FindSubmatch(said)
	if found == nil {
		return 0, errors.New("pgbench printed no tps")
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// pgbenchCommand runs pgbench on a database. The password goes through the
// environment, so that no list of processes shows it.
func pgbenchCommand(ctx context.Context, program, database string, args []string) ([]byte, error) {
	u, err := url.Parse(database)
	if err != nil {
		return nil, db.ErrDatabaseURL
	}
	c := exec.CommandContext(ctx, program)
	c.Env = os.Environ()
	if password, ok := u.User.Password(); ok {
		c.Env = append(c.Env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	c.Args = append(append(c.Args, args...), u.String())
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("pgbench: %w: %s", errors.Join(ctx.Err(), err), bytes.TrimSpace(stderr.Bytes()))
	}
	return stdout.Bytes(), nil
}
