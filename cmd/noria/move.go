// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ops/move"
)

func moveCommand(cfg *config) *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use: "move --from PLACE --to PLACE", Short: "Copy the book to another database, and prove that both are equal", Args: cobra.NoArgs,
		Long: "Move copies the whole book. A place is sqlite:FOLDER or a postgres:// URL; the words data and database stand for\n" +
			"what those settings say, so that a password need not be on the command line. Nobody may write the source\n" +
			"meanwhile: stop noria serve first. Cut short, it goes on when it is run again; until it has said that it is\n" +
			"done, the destination is no book and nothing serves it. The source is left as it was: do not serve it again.",
		Example: "  noria move --from sqlite:/var/lib/noria --to database\n  noria move --from database --to sqlite:/var/lib/noria-2",
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := cfg.placeOf("--from", from)
			if err != nil {
				return usageError{err}
			}
			destination, err := cfg.placeOf("--to", to)
			if err != nil {
				return usageError{err}
			}
			source.Log, destination.Log = cfg.logger(), cfg.logger()
			report, err := move.Run(cmd.Context(), move.Options{From: source, To: destination, Checks: checks, Progress: steps(cmd)})
			if err != nil {
				return err
			}
			if report.Fund != "" {
				fmt.Fprintf(cmd.ErrOrStderr(), "noria: moved as it was; %s\n", report.Fund)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d rows of %d tables and %d accounts: no difference\nhead %d %s\n",
				report.Rows, report.Tables, report.Accounts, report.Head.Seq, report.Head.Hash)
			return nil
		},
	}
	c.Flags().StringVar(&from, "from", "", "the book to copy: sqlite:FOLDER, postgres://…, data or database")
	c.Flags().StringVar(&to, "to", "", "where to: sqlite:FOLDER, postgres://…, data or database")
	return c
}

// placeOf reads a place. Its errors never repeat it, because it may hold a
// password.
func (c *config) placeOf(flag, place string) (db.Config, error) {
	folder, embedded := strings.CutPrefix(place, "sqlite:")
	switch {
	case place == "":
		return db.Config{}, fmt.Errorf("move wants %s", flag)
	case embedded && folder != "":
		return db.Config{Data: folder}, nil
	case strings.HasPrefix(place, "postgres://"), strings.HasPrefix(place, "postgresql://"):
		return db.Config{Database: place}, nil
	case place == "data":
		return db.Config{Data: c.Data}, nil
	case place == "database":
		if c.Database == "" {
			return db.Config{}, fmt.Errorf("%s database: --database was not given", flag)
		}
		return db.Config{Database: c.Database}, nil
	}
	return db.Config{}, errors.New(flag + " wants sqlite:FOLDER, postgres://user@host/database, data or database")
}

// steps shows how far a move is, on a terminal; in a pipe it is silent.
func steps(cmd *cobra.Command) func(what string, done, all int64) {
	say := sayer(cmd)
	if say == nil {
		return nil
	}
	return func(what string, done, all int64) { say(fmt.Sprintf("%s: %d of %d", what, done, all)) }
}
