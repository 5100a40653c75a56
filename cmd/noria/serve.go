// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/web/session"
)

func serveCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Serve the book", Args: cobra.NoArgs,
		Long: "Serve opens the book in the data folder, making and migrating it where needed, and serves it until it is\n" +
			"told to stop. The first time it prints a token of the first administrator, once.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			a, err := openApp(ctx, cfg, wiring{log: cfg.logger()})
			if err != nil {
				return err
			}
			a.start(ctx)
			issued, made, err := a.session.Bootstrap(ctx, session.NewSecret())
			if err == nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "noria serves %s (private: %s)\n", a.baseURL, a.privateURL)
				if made {
					fmt.Fprintf(cmd.ErrOrStderr(), "First administrator, shown once: sign in at %s/connexion with %s\n", a.baseURL, issued.Text)
				}
				<-ctx.Done()
				fmt.Fprintln(cmd.ErrOrStderr(), "stopping")
			}
			return join(err, a.close())
		},
	}
}

func migrateCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the book's schema to this version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := db.Open(cmd.Context(), db.Config{Data: cfg.Data})
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
		Use: "run NAME", Short: "Run one job now; the book must not be served", Args: cobra.ExactArgs(1),
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
