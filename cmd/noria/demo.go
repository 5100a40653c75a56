// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/web/session"
)

func demoCommand(cfg *config) *cobra.Command {
	var asJSON, simulate bool
	c := &cobra.Command{
		Use: "demo", Short: "Play the Grand Avignon story and serve it", Args: cobra.NoArgs,
		Long: "Demo makes a book in a fresh folder, or goes on with the one in --data, plays a year of a local currency\n" +
			"through the same services as the API, and serves it. Its tokens are printed and hold in demonstrations only.\n" +
			"With --database the book is on a server; its tokens are kept in --data, without which it can be played once.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			closed := *cfg
			if !cfg.given("private-addr") {
				closed.PrivateAddr = "127.0.0.1:0"
			}
			if !cfg.given("data") {
				folder, err := os.MkdirTemp("", "noria-demo-")
				if err != nil {
					return err
				}
				defer os.RemoveAll(folder)
				closed.Data = folder
			}
			return demonstrate(ctx, cmd, &closed, asJSON, simulate)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON when ready")
	c.Flags().BoolVar(&simulate, "simulate", false, "keep simulated citizens paying, so that the pages move")
	return c
}

func demonstrate(ctx context.Context, cmd *cobra.Command, cfg *config, asJSON, simulate bool) error {
	if cfg.Database != "" {
		if err := ownDemonstration(ctx, cfg); err != nil {
			return err
		}
	}
	script, err := readScript(cfg.Data, cfg.Database != "")
	if err != nil {
		return err
	}
	clock := new(pastClock)
	a, err := openApp(ctx, cfg, wiring{demo: true, log: cfg.logger(), now: clock.now})
	if err != nil {
		return err
	}
	s := &story{app: a, script: script, clock: clock}
	if err := s.play(ctx); err != nil {
		if cfg.Database != "" && errors.Is(err, ledger.ErrKeyReused) {
			err = errNotOurs // another demonstration's: nothing was written
		}
		return join(fmt.Errorf("demonstration: %w", err), a.close())
	}
	a.start(ctx)
	if asJSON {
		err = json.NewEncoder(cmd.OutOrStdout()).Encode(s.ready())
	} else {
		s.tell(cmd.OutOrStdout(), cfg.place(), filepath.Join(cfg.Data, "mail"))
	}
	if err == nil && simulate {
		s.simulate(ctx)
	}
	if err == nil {
		err = a.wait(ctx)
	}
	return join(err, a.close())
}

// script is what a demonstration must remember to go on from the same book: the
// secrets of its tokens and the day it began. It stands beside the book.
type script struct {
	Began   string                   `json:"began"`
	Server  bool                     `json:"server,omitempty"` // the book is on a server
	Secrets map[string]sessionSecret `json:"secrets"`
	began   civil.Date
}

// sessionSecret writes a demonstration's secret to its own file.
type sessionSecret struct{ session.Secret }

// MarshalText writes the secret in hexadecimal.
func (s sessionSecret) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s.Secret[:]), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *sessionSecret) UnmarshalText(b []byte) error {
	if hex.DecodedLen(len(b)) != len(s.Secret) {
		return errors.New("a secret of the demonstration has another length")
	}
	_, err := hex.Decode(s.Secret[:], b)
	return err
}

// roles are the persons of the demonstration that have a token, in the order in
// which they are told.
func roles() []string {
	return []string{"citizen", "citizen2", "merchant", "cashier", "desk", "collectivity_agent", "collectivity_approver",
		"treasurer", "approver", "auditor", "admin", "lapsed"}
}

// Refusals of a demonstration.
var (
	errNotOurs   = errors.New("this database holds a book that was not made by this demonstration; give an empty database, or the --data folder of its own")
	errElsewhere = errors.New("the demonstration of this folder has its book elsewhere; give another --data")
)

// ownDemonstration refuses a database with another book than a demonstration
// whose tokens are in the data folder. It writes nothing, and migrates no book
// of another version.
func ownDemonstration(ctx context.Context, cfg *config) error {
	book := cfg.book(nil)
	book.ReadOnly = true
	d, err := db.Open(ctx, book)
	if errors.Is(err, db.ErrNoBook) {
		return nil
	}
	if err != nil {
		return err
	}
	first, err := ledger.NewJournal(d).Changes(ctx, ledger.Position{}, 1)
	if err := join(err, d.Close()); err != nil || len(first) == 0 {
		return err
	}
	_, err = os.Stat(filepath.Join(cfg.Data, "demo.json"))
	if errors.Is(err, fs.ErrNotExist) || first[0].Actor != operator().ID || first[0].Action != access.CurrencyOpen {
		return errNotOurs
	}
	return err
}

// readScript reads what a demonstration wrote, or writes it before there is a
// book. It says with it whether the book is on a server, so that a folder is
// never taken for the other kind.
func readScript(folder string, server bool) (*script, error) {
	path := filepath.Join(folder, "demo.json")
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		content, err = newScript(folder, path, server)
	}
	if err != nil {
		return nil, err
	}
	s := new(script)
	if err := json.Unmarshal(content, s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if s.Server != server {
		return nil, errElsewhere
	}
	if s.draw() { // an older demonstration had fewer people
		if _, err := s.write(path); err != nil {
			return nil, err
		}
	}
	s.began, err = civil.Parse(s.Began)
	return s, err
}

// draw draws the secrets that are missing, and says whether there were any.
func (s *script) draw() bool {
	if s.Secrets == nil {
		s.Secrets = make(map[string]sessionSecret)
	}
	drawn := false
	for _, r := range roles() {
		if s.Secrets[r].Secret == (session.Secret{}) {
			s.Secrets[r], drawn = sessionSecret{session.NewSecret()}, true
		}
	}
	return drawn
}

// write puts the script into its file, which appears whole or not at all.
func (s *script) write(path string) ([]byte, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path+".part", content, 0o600); err != nil {
		return nil, err
	}
	return content, os.Rename(path+".part", path)
}

// newScript draws the secrets of a demonstration that begins today. No story is
// played into the book of a real currency.
func newScript(folder, path string, server bool) ([]byte, error) {
	if _, err := os.Stat(filepath.Join(folder, "noria.db")); !errors.Is(err, fs.ErrNotExist) {
		return nil, join(err, errors.New("the book in this folder was not made by a demonstration; give another --data"))
	}
	s := script{Began: civil.Of(db.Now()).String(), Server: server}
	s.draw()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return s.write(path)
}
