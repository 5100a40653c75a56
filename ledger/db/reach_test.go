// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// TestASVS1231TheDatabaseIsReachedEncrypted reads URLs, and calls nobody.
func TestASVS1231TheDatabaseIsReachedEncrypted(t *testing.T) {
	for _, c := range []struct {
		url, environment string
		hops             string // host, and + encrypted or - in clear, in the order of trying
		clear            string // hosts said aloud
	}{
		{"postgres://roue:x@db.example/roue", "", "db.example+", ""},
		{"postgresql://roue:x@db.example:5433/roue?connect_timeout=3", "", "db.example+", ""},
		{"postgres://roue:x@10.0.0.7/roue", "", "10.0.0.7+", ""},
		{"postgres://roue:x@[2001:db8::1]/roue", "", "2001:db8::1+", ""},
		{"postgres://roue:x@/roue?host=db.example", "", "db.example+", ""},
		{"postgres://roue:x@db.example/roue?sslmode=prefer", "", "db.example+", ""},
		{"postgres://roue:x@db.example/roue", "prefer", "db.example+", ""},
		{"postgres://roue:x@a.example,b.example/roue", "", "a.example+ b.example+", ""},
		{"postgres://roue:x@a.example:5432,b.example:5433/roue?target_session_attrs=read-write", "", "a.example+ b.example+", ""},
		{"postgres://roue:x@127.0.0.1,b.example/roue", "", "127.0.0.1+ b.example+", ""},
		{"postgres://roue:x@b.example/roue?sslmode=require", "", "b.example+", ""},
		{"postgres://roue:x@b.example/roue?sslmode=verify-full", "", "b.example+", ""},
		{"postgres://roue:x@db.example/roue?sslmode=disable", "", "db.example-", "db.example"},
		{"postgres://roue:x@db.example/roue", "disable", "db.example-", "db.example"},
		{"postgres://roue:x@db.example/roue?sslmode=allow", "", "db.example- db.example+", "db.example"},
		{"postgres://roue:x@a.example,b.example,a.example/roue?sslmode=disable", "", "a.example- b.example- a.example-", "a.example b.example"},
		{"postgres://roue:x@localhost/roue", "", "localhost+ localhost-", ""},
		{"postgres://roue:x@127.0.0.2/roue?sslmode=disable", "", "127.0.0.2-", ""},
		{"postgres://roue:x@[::1]/roue", "", "::1+ ::1-", ""},
		{"postgres://roue:x@/roue?host=/var/run/postgresql", "", "/var/run/postgresql-", ""},
		{"postgres://roue:x@%2Fvar%2Frun%2Fpostgresql/roue", "", "/var/run/postgresql-", ""},
	} {
		t.Setenv("PGSSLMODE", c.environment)
		config, clear, err := reach(c.url)
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		var tried []string
		for _, h := range hops(config) {
			tried = append(tried, h.host+map[bool]string{true: "+", false: "-"}[h.tls != nil])
		}
		if got := strings.Join(tried, " "); got != c.hops || strings.Join(clear, " ") != c.clear {
			t.Errorf("%s with %q goes %s, aloud %q; want %s, %q", c.url, c.environment, got, clear, c.hops, c.clear)
		}
		if config.User != "roue" || config.Database != "roue" || config.Password != "x" {
			t.Errorf("%s became %s of %s", c.url, config.Database, config.User)
		}
	}
	t.Setenv("PGSSLMODE", "")
	config, _, err := reach("postgres://roue:p%3Fq%26%25@db.example/roue?application_name=a%26b")
	if err != nil || config.Password != "p?q&%" || config.RuntimeParams["application_name"] != "a&b" {
		t.Errorf("what stands beside changes: %+v, %v", config, err)
	}
	for _, wrong := range []string{"host=db.example dbname=roue", "mysql://db.example/roue", "postgres://db.example/roue?sslmode=maybe", "postgres://roue:geheim@db.example:port/roue"} {
		if _, _, err := reach(wrong); !errors.Is(err, ErrDatabaseURL) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// TestWhatGoesInClearIsSaidAloud opens a book as a URL says that goes in clear, in
// a context that is over, so that nobody is called: the log names the hosts and no
// secret.
func TestWhatGoesInClearIsSaidAloud(t *testing.T) {
	over, stop := context.WithCancel(t.Context())
	stop()
	for url, aloud := range map[string]bool{
		"postgres://roue:geheim@a.example,b.example/roue?sslmode=disable": true,
		"postgres://roue:geheim@a.example,b.example/roue":                 false,
		"postgres://roue:geheim@127.0.0.1:1/roue?sslmode=disable":         false,
	} {
		var said bytes.Buffer
		_, err := Open(over, Config{Database: url, Log: slog.New(slog.NewTextHandler(&said, nil))})
		if err == nil {
			t.Fatal("somebody answered")
		}
		named := strings.Contains(said.String(), "a.example b.example") && strings.Contains(said.String(), "WARN")
		if named != aloud || strings.Contains(said.String()+err.Error(), "geheim") {
			t.Errorf("%s: %q, %v", url, said.String(), err)
		}
	}
}
