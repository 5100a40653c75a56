// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/web/session"
)

func serveCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Serve the book", Args: cobra.NoArgs,
		Long: "Serve opens the book in the data folder or on the server of --database, making and migrating it where\n" +
			"needed, and serves it until it is told to stop. Several processes may serve one book on a\n" +
			"server. Until somebody has come in it prints a token of the first administrator at each start: pasted on the\n" +
			"page of the address that stands beside it, it opens one session, within a day.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if err := cfg.inClear(); err != nil {
				return err
			}
			a, err := openApp(ctx, cfg, wiring{log: cfg.logger()})
			if err != nil {
				return err
			}
			a.start(ctx)
			issued, made, err := a.session.Bootstrap(ctx, session.NewSecret())
			if err == nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "noria serves %s, listening on %s (private: %s)\n", a.baseURL, a.listeners[0].Addr(), a.privateURL)
				if made {
					welcome(cmd.ErrOrStderr(), a.baseURL, issued)
				}
				err = a.wait(ctx)
				fmt.Fprintln(cmd.ErrOrStderr(), "stopping")
			}
			return join(err, a.close())
		},
	}
}

// welcome tells how the first administrator comes in. The token is no part of
// the address, so that it stays in no history and in no log of a proxy.
func welcome(w io.Writer, baseURL string, issued session.Issued) {
	fmt.Fprintf(w, "\nPremière administration : ouvrez %[1]s/connexion et collez-y ce jeton, qui ouvre une seule session, avant demain.\n"+
		"First administrator: open %[1]s/connexion and paste this token, which opens one session, within a day.\n\n    %[2]s\n\n",
		baseURL, issued.Text)
}

func migrateCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the book's schema to this version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := db.Open(cmd.Context(), cfg.book(cfg.logger()))
			if err != nil {
				return err
			}
			v, err := d.SchemaVersion(context.WithoutCancel(cmd.Context()))
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "schema version %d\n", v)
			}
			return join(err, d.Close())
		},
	}
}

func jobCommand(cfg *config) *cobra.Command {
	group := &cobra.Command{Use: "job", Short: "Run jobs by hand"}
	group.AddCommand(&cobra.Command{
		Use: "run NAME", Short: "Run one job now; a book in a data folder must not be served meanwhile", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			closed := *cfg
			closed.Addr, closed.PrivateAddr = "127.0.0.1:0", "127.0.0.1:0"
			a, err := openApp(cmd.Context(), &closed, wiring{log: cfg.logger()})
			if err != nil {
				return err
			}
			return join(a.jobs.Run(cmd.Context(), args[0]), a.close())
		},
	})
	return group
}
