// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/bench"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/web/session"
)

func benchCommand(cfg *config) *cobra.Command {
	var asJSON bool
	o := bench.Options{}
	c := &cobra.Command{
		Use: "bench", Short: "Measure payments a second, beside the ceilings of the same machine", Args: cobra.NoArgs,
		Long: "Bench makes a book of its own in a fresh folder (in the folder of --data where given, to choose the disk),\n" +
			"measures, and removes it. Every figure is also a ratio: to a bare HTTP echo, or to a raw commit of the same rows.\n" +
			"With --database the book is in a database of its own on that server, dropped at the end, and the yardstick is\n" +
			"pgbench (TPC-B, scale 10, 16 clients, prepared) there, where it is installed; the role must be allowed to create\n" +
			"databases.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Wallets < 2 || o.Warmup < 0 || o.Measure <= 0 || o.Soak < 0 {
				return usageError{errors.New("bench wants two wallets or more, and durations that can be measured")}
			}
			o.Say = sayer(cmd)
			measure := benchFolder
			if cfg.Database != "" {
				measure = benchServer
			}
			report, err := measure(cmd.Context(), cfg, o)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(report)
			}
			report.WriteTable(cmd.OutOrStdout())
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON")
	c.Flags().IntVar(&o.Wallets, "wallets", 10_000, "wallets that pay each other")
	c.Flags().DurationVar(&o.Warmup, "warmup", 2*time.Second, "of each run, not measured")
	c.Flags().DurationVar(&o.Measure, "duration", 5*time.Second, "of each run, measured")
	c.Flags().Int64Var(&o.Soak, "soak", 0, "payments to make before measuring again")
	return c
}

// sayer shows what is being measured, on a terminal only.
func sayer(cmd *cobra.Command) func(string) {
	f, ok := cmd.ErrOrStderr().(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(what string) { fmt.Fprintf(f, "\r\033[K%s…", what) }
}

// benchFolder measures in a fresh folder, and removes it.
func benchFolder(ctx context.Context, cfg *config, o bench.Options) (bench.Report, error) {
	parent := ""
	if cfg.given("data") {
		parent = cfg.Data
		if err := os.MkdirAll(parent, 0o700); err != nil {
			return bench.Report{}, err
		}
	}
	folder, err := os.MkdirTemp(parent, "noria-bench-")
	if err != nil {
		return bench.Report{}, err
	}
	defer os.RemoveAll(folder)
	own := *cfg
	own.Data, o.Folder = filepath.Join(folder, "book"), folder
	return benchService(ctx, &own, o)
}

// benchServer measures in a fresh database of the server, and drops it however
// that ends.
func benchServer(ctx context.Context, cfg *config, o bench.Options) (bench.Report, error) {
	database, drop, err := db.Scratch(ctx, cfg.Database)
	if err != nil {
		return bench.Report{}, err
	}
	own := *cfg
	own.Database, o.Server = database, cfg.Database
	report, err := benchService(ctx, &own, o)
	return report, join(err, drop())
}

func benchService(ctx context.Context, cfg *config, o bench.Options) (bench.Report, error) {
	own := *cfg
	own.Addr, own.PrivateAddr, own.BaseURL = "127.0.0.1:0", "127.0.0.1:0", ""
	a, err := openApp(ctx, &own, wiring{demo: true, log: cfg.logger()})
	if err != nil {
		return bench.Report{}, err
	}
	p := &payers{app: a}
	if err := p.enrol(ctx, o.Wallets); err != nil {
		return bench.Report{}, join(err, a.close())
	}
	// The check that is due once a day is made before anything is measured.
	if err := a.jobs.Run(ctx, check.JobName); err != nil {
		return bench.Report{}, join(err, a.close())
	}
	a.start(ctx)
	o.Service = bench.Service{Door: &bench.Door{Address: a.listeners[0].Addr().String(), Tokens: p.tokens, Numbers: p.numbers},
		Process: p.step, Made: func() int64 { return a.ledger.Stats().Commands }}
	report, err := bench.All(ctx, o)
	return report, join(err, a.close())
}

// payers are citizens with a wallet, a token and money.
type payers struct {
	*app
	tokens, numbers []string
	actors          []access.Actor
}

// enrol makes n citizens through the services, 64 at a time.
func (p *payers) enrol(ctx context.Context, n int) error {
	_, _, err := p.app.conversion.OpenCurrency(ctx, operator(), key("currency"), conversion.OpenCurrencyInput{
		Name: "Bench", Code: "BENCH", Unit: conversion.Unit{Singular: "unité", Plural: "unités"},
		Issuer: conversion.Issuer{Name: "Bench", RNA: "W842000000", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: ledger.Guarantee(ledger.Digital, "bench"), Custodian: "Bench",
			IBAN: "FR7630006000011234567890189", HolderName: "Bench"}},
	})
	if err != nil {
		return err
	}
	if _, _, err := p.app.conversion.OpenDesk(ctx, operator(), key("desk"), conversion.OpenDeskInput{Slug: "bench", Name: "Bench"}); err != nil {
		return err
	}
	p.tokens, p.numbers, p.actors = make([]string, n), make([]string, n), make([]access.Actor, n)
	var next atomic.Int64
	var failed error
	var once sync.Once
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := p.citizen(ctx, i); err != nil {
					once.Do(func() { failed = err })
					return
				}
			}
		})
	}
	wg.Wait()
	return join(failed, ctx.Err())
}

func (p *payers) citizen(ctx context.Context, i int) error {
	k := func(step string) string { return key(fmt.Sprintf("%s-%d", step, i)) }
	h, _, err := p.app.ledger.CreateHolder(ctx, operator(), k("holder"), ledger.NewHolder{Kind: ledger.Individual, Name: fmt.Sprintf("Citizen %d", i)})
	if err != nil {
		return err
	}
	grants := []access.Grant{{Role: access.Citizen}}
	u, _, err := p.session.CreateUser(ctx, operator(), k("user"), session.CreateUserInput{Holder: h.ID, Grants: grants})
	if err != nil {
		return err
	}
	secret := session.NewSecret()
	if _, _, err := p.session.IssueToken(ctx, k("token"), session.CreateTokenInput{User: u.ID, Label: "bench", Secret: &secret}); err != nil {
		return err
	}
	desk := operator()
	desk.Grants = []access.Grant{{Role: access.DeskAgent}}
	if _, _, err := p.app.conversion.Convert(ctx, desk, k("change"), conversion.ConvertInput{
		Holder: h.ID, Euros: money.MustParse("100000.00"), Channel: conversion.AtDesk}); err != nil {
		return err
	}
	p.tokens[i], p.numbers[i] = secret.Text(session.API), h.Number
	p.actors[i] = access.Actor{ID: u.ID, Holder: h.ID, Grants: grants}
	return nil
}

// step pays in process, as the API's handler does.
func (p *payers) step(client int) (bench.Step, error) {
	keys := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(client)))
	return func(from, to int) error {
		_, _, err := p.app.merchant.Pay(context.Background(), p.actors[from], fmt.Sprintf("%016x%016x", keys.Uint64(), keys.Uint64()),
			merchant.PayInput{To: p.numbers[to], Amount: 1})
		return err
	}, nil
}
