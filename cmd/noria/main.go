// SPDX-License-Identifier: AGPL-3.0-or-later

// Command noria is the ledger and payment service of a monnaie locale
// complémentaire: one binary, one subcommand for each job.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the linker for a release.
var version = "dev"

// Exit codes of every subcommand.
const (
	exitDone    = 0
	exitRefused = 1 // refused, or found wrong
	exitUsage   = 2 // used wrongly
)

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the first signal asks to end, the second one ends
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run executes a command line and returns its exit code.
func run(ctx context.Context, args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(os.Stderr, "noria: %s\nTry: noria --help\n", oneLine(err))
		return exitUsage
	}
	fmt.Fprintf(os.Stderr, "noria: %s\n", oneLine(err))
	return exitRefused
}

// oneLine writes an error on one line: joined ones, and those of a driver that
// tried several addresses, have several.
func oneLine(err error) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", "; ")), " ")
}

func rootCommand() *cobra.Command {
	cfg := new(config)
	root := &cobra.Command{
		Use:           "noria",
		Short:         "Ledger and payment service of a monnaie locale complémentaire",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	cfg.flags(root.PersistentFlags())
	for _, command := range []*cobra.Command{
		demoCommand(cfg), serveCommand(cfg), migrateCommand(cfg), verifyCommand(cfg), fundCommand(cfg),
		exportCommand(cfg), moveCommand(cfg), benchCommand(cfg), configCommand(cfg), jobCommand(cfg), versionCommand(),
	} {
		root.AddCommand(command)
	}
	root.InitDefaultHelpCmd()
	return prepared(root, cfg)
}

// prepared makes a command, and those under it, read the configuration first,
// and turns wrong arguments into usage errors.
func prepared(c *cobra.Command, cfg *config) *cobra.Command {
	for _, under := range c.Commands() {
		prepared(under, cfg)
	}
	if c.RunE == nil && c.Run == nil { // a group: it has words, and nothing to do
		c.Args, c.RunE = cobra.NoArgs, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	if args := c.Args; args != nil {
		c.Args = func(cmd *cobra.Command, a []string) error {
			if err := args(cmd, a); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	if runE := c.RunE; runE != nil {
		c.RunE = func(cmd *cobra.Command, a []string) error {
			if err := cfg.load(cmd.Flags()); err != nil {
				return usageError{err}
			}
			return runE(cmd, a)
		}
	}
	return c
}
