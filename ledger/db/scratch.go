// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// Scratch makes an empty database beside the one that a postgres:// URL names,
// to measure in, and returns its URL and what drops it again. The role of the
// URL must be allowed to create databases. It returns ErrDatabaseURL, what Open
// returns for a server that cannot be used, or an error of the server.
func Scratch(ctx context.Context, database string) (string, func() error, error) {
	config, _, err := reach(database)
	if err != nil {
		return "", nil, err
	}
	u, err := url.Parse(database)
	if err != nil {
		return "", nil, ErrDatabaseURL
	}
	handle := stdlib.OpenDB(*config)
	var version string
	if err := handle.QueryRowContext(ctx, `SELECT version()`).Scan(&version); err != nil {
		return "", nil, errors.Join(unreachable(err), handle.Close())
	}
	name := "noria_scratch_" + strings.ToLower(rand.Text())
	create, remove := `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`, `DROP DATABASE `+name+` WITH (FORCE)`
	if strings.Contains(version, "CockroachDB") {
		create, remove = `CREATE DATABASE `+name, `DROP DATABASE `+name+` CASCADE`
	}
	if _, err := handle.ExecContext(ctx, create); err != nil {
		return "", nil, errors.Join(fmt.Errorf("create a database to measure in: %w", err), handle.Close())
	}
	drop := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, err := handle.ExecContext(ctx, remove)
		return errors.Join(err, handle.Close())
	}
	query := u.Query()
	query.Del("dbname")
	u.Path, u.RawQuery = "/"+name, query.Encode()
	return u.String(), drop, nil
}
