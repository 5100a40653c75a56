// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/export"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/confirm"
)

// reading opens the book for reading, beside a running server or alone.
func reading(ctx context.Context, cfg *config, read func(*ledger.Journal) error) error {
	book := cfg.book(cfg.logger())
	book.ReadOnly = true
	d, err := db.Open(ctx, book)
	if err != nil {
		return err
	}
	return join(read(ledger.NewJournal(d)), d.Close())
}

func join(errs ...error) error { return errors.Join(errs...) }

func verifyCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Recompute the whole book from the journal; exit 1 and the first difference", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return reading(cmd.Context(), cfg, func(j *ledger.Journal) error {
				report, err := check.Run(cmd.Context(), j, progress(cmd.ErrOrStderr(), "entries"), checks(j)...)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%d entries, %d postings, %d commands, %d accounts: no difference\nhead %d %s\n",
					report.Entries, report.Postings, report.Commands, report.Accounts, report.Head.Seq, report.Head.Hash)
				return nil
			})
		},
	}
}

// checks are the laws of the rooms above the ledger.
func checks(j *ledger.Journal) []check.Named {
	euros := conversion.NewView(j, db.Now)
	return []check.Named{
		{Name: "campaigns", Check: euros.CheckCampaigns},
		{Name: "conversions", Check: euros.CheckConversions},
		{Name: "redemptions", Check: euros.CheckRedemptions},
		{Name: "paper", Check: paper.NewView(j).Check},
		{Name: "payouts", Check: payout.NewView(j).CheckBatches},
		{Name: "confirmations", Check: func(ctx context.Context, r db.Reader) error {
			_, err := confirm.VerifyAll(ctx, j, r)
			return err
		}},
	}
}

func fundCommand(cfg *config) *cobra.Command {
	var at string
	c := &cobra.Command{
		Use: "fund", Short: "Print the guarantee fund, now or at a past instant, as JSON", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var instant time.Time
			if at != "" {
				var err error
				if instant, err = time.Parse(time.RFC3339, at); err != nil {
					return usageError{fmt.Errorf("--at %q: want an instant such as 2026-03-31T23:59:59Z", at)}
				}
			}
			return reading(cmd.Context(), cfg, func(j *ledger.Journal) error {
				fund, err := conversion.NewView(j, db.Now).Fund(cmd.Context(), instant)
				if err != nil {
					return err
				}
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(fund)
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "instant, RFC 3339")
	return c
}

func exportCommand(cfg *config) *cobra.Command {
	var out string
	group := &cobra.Command{Use: "export", Short: "Write the book in another form, to standard output or --out"}
	group.PersistentFlags().StringVar(&out, "out", "", "file to write; standard output where empty")
	for _, form := range []struct {
		name, words string
		write       func(context.Context, *ledger.Journal, io.Writer, export.Options) error
	}{
		{"hledger", "The whole journal for hledger", export.Hledger},
		{"movements", "The whole journal as lines of JSON, in whole cents", export.Movements},
	} {
		group.AddCommand(&cobra.Command{
			Use: form.name, Short: form.words, Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return reading(cmd.Context(), cfg, func(j *ledger.Journal) error {
					currency, err := conversion.NewView(j, db.Now).Currency(cmd.Context())
					if err != nil {
						return err
					}
					return written(cmd, out, func(w io.Writer) error {
						return form.write(cmd.Context(), j, w, export.Options{Code: currency.Code, Issuer: currency.Issuer.Name})
					})
				})
			},
		})
	}
	return group
}

// written gives standard output to write, or a new file that appears whole or
// not at all.
func written(cmd *cobra.Command, path string, write func(io.Writer) error) error {
	if path == "" {
		return write(cmd.OutOrStdout())
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}

// progress returns a function that shows how far long work is, on a terminal;
// in a pipe it is silent.
func progress(w io.Writer, what string) func(done, all int64) {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(done, all int64) { fmt.Fprintf(f, "\r%d of %d %s", done, all, what) }
}
