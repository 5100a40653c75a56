// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// A listening connection that has heard nothing for listenQuiet is asked whether
// it is still there, since the network may lose it without a word.
const (
	listenQuiet  = 10 * time.Second
	listenAnswer = 3 * time.Second
)

var errDeaf = errors.New("this engine tells nobody of commits")

// Listens says whether the engine tells other processes of commits: Listen works.
func (d *DB) Listens() bool { return d.engine == PostgreSQL }

// Listen hears of commits on a connection of its own. It calls hear with an
// empty text as soon as it listens, since anything may have been committed
// before, and then with the text of every notification on Channel. It returns
// when the connection is lost or ctx ends, with the reason: whoever goes on
// listening calls it again and is told again that anything may have happened.
func (d *DB) Listen(ctx context.Context, hear func(text string)) error {
	if !d.Listens() {
		return errDeaf
	}
	config := d.server.Copy()
	config.RuntimeParams["application_name"] += " listening"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return unreachable(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+Channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	hear("")
	for {
		text, err := await(ctx, conn)
		if err != nil {
			return err
		}
		if text != "" {
			hear(text)
		}
	}
}

// await returns the text of the next notification, or nothing where the
// connection was quiet for a while and is well.
func await(ctx context.Context, conn *pgx.Conn) (string, error) {
	quiet, cancel := context.WithTimeout(ctx, listenQuiet)
	defer cancel()
	told, err := conn.WaitForNotification(quiet)
	switch {
	case err == nil:
		return told.Payload, nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case quiet.Err() == nil || conn.IsClosed():
		return "", fmt.Errorf("listening: %w", err)
	}
	asked, cancel := context.WithTimeout(ctx, listenAnswer)
	defer cancel()
	return "", conn.Ping(asked)
}
