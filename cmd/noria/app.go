// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/acpr"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/ops/project"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/ops/push"
	"github.com/noria-mlc/noria/web"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
)

// app is every service of one process, wired once, top to bottom.
type app struct {
	db         *db.DB
	ledger     *ledger.Ledger
	conversion *conversion.Service
	paper      *paper.Service
	merchant   *merchant.Service
	payout     *payout.Service
	membership *membership.Service
	dues       *dues.Service
	gift       *gift.Service
	fonte      *fonte.Service
	session    *session.Service
	breached   *identity.Breached // nil where no list was given
	identity   *identity.Service
	people     *people.Service
	provider   *provider.Service
	debit      *debit.Service
	alert      *alert.Service
	project    *project.Service
	jobs       *job.Runner
	keeper     *check.Keeper
	metrics    *observe.Metrics
	web        *web.Server
	log        *slog.Logger
	begin      ledger.Position // end of the journal when it was opened

	baseURL, privateURL string
	public, private     *http.Server
	listeners           [2]net.Listener
	stop                context.CancelFunc
	running             sync.WaitGroup
	failed              chan error // what ended a listener that nobody stopped
}

// wiring says what differs between the commands that open the book for writing.
type wiring struct {
	demo bool // tokens of a demonstration hold
	log  *slog.Logger
	now  func() time.Time // clock of the book; that of the database where nil
}

// openApp opens the book, takes the listeners and wires the services. Nothing
// is served before start.
func openApp(ctx context.Context, cfg *config, w wiring) (*app, error) {
	tuneRuntime()
	a := &app{log: w.log, failed: make(chan error, 2)}
	if err := a.open(ctx, cfg, w); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (a *app) open(ctx context.Context, cfg *config, w wiring) error {
	var err error
	if cfg.Breached != "" {
		if a.breached, err = identity.OpenBreached(cfg.Breached); err != nil {
			return err
		}
	}
	if a.db, err = db.Open(ctx, cfg.book(w.log)); err != nil {
		return err
	}
	if a.ledger, err = ledger.Open(ctx, a.db, ledger.Options{Log: w.log, Now: w.now}); err != nil {
		return err
	}
	if cfg.Breached == "" && !w.demo {
		w.log.InfoContext(ctx, "no list of breached passwords was given: only common ones are refused; see --passwords-refused")
	}
	if a.begin, err = a.ledger.Position(ctx); err != nil {
		return err
	}
	for i, addr := range []string{cfg.Addr, cfg.PrivateAddr} {
		if a.listeners[i], err = net.Listen("tcp", addr); err != nil {
			return err
		}
	}
	a.baseURL, a.privateURL = cfg.BaseURL, "http://"+a.listeners[1].Addr().String()
	if a.baseURL == "" {
		a.baseURL = "http://" + a.listeners[0].Addr().String()
	}
	a.conversion, a.merchant, a.payout = conversion.New(a.ledger), merchant.New(a.ledger), payout.New(a.ledger)
	a.paper = paper.New(a.ledger)
	a.membership, a.dues = membership.New(a.ledger), dues.New(a.ledger)
	a.alert, a.project = alert.New(a.ledger), project.New(a.ledger)
	a.gift, a.fonte = gift.New(a.ledger), fonte.New(a.ledger)
	a.session = session.New(a.ledger, session.Options{Secure: strings.HasPrefix(a.baseURL, "https:"), Demo: w.demo, Shared: a.db.Shared()})
	key, err := identity.LoadKey(filepath.Join(cfg.Data, "identity.key"))
	if err != nil {
		return err
	}
	proofs := identity.New(a.ledger, a.session, identity.Options{Key: key, BaseURL: a.baseURL, Conversion: a.conversion, Issuer: cfg.issuer(), Breached: a.breached,
		Ended: []func(*ledger.Tx, ident.User) error{confirm.EndDevices, push.Forget}})
	a.identity = proofs
	a.people = people.New(people.Services{Ledger: a.ledger, Session: a.session, Identity: proofs, Conversion: a.conversion, Payout: a.payout})
	asked := confirm.New(confirm.Config{Ledger: a.ledger, Merchant: a.merchant, Conversion: a.conversion, Paper: a.paper, Session: a.session,
		Identity: proofs, Secure: strings.HasPrefix(a.baseURL, "https:")})
	a.metrics = observe.New(observe.Build{Version: version, Revision: revision()}, db.Now)
	a.keeper = check.NewKeeper(a.ledger.Journal, db.Now, a.metrics.CheckFailed, checks(a.ledger.Journal)...)
	a.jobs = job.New(a.ledger, w.log, nil)
	a.register()
	a.reminders(proofs)
	a.watchFund(proofs)
	a.demurrage(proofs)
	hints := a.hints(key.Derive("push"))
	if err := a.letters(cfg); err != nil {
		return err
	}
	if err := a.cards(cfg, w, proofs.CardNotice); err != nil {
		return err
	}
	a.debits(proofs.DebitNotice)
	proxies, err := cfg.proxies()
	if err != nil {
		return err
	}
	a.web, err = web.New(web.Config{
		Services: api.Services{Ledger: a.ledger, Conversion: a.conversion, Paper: a.paper, Merchant: a.merchant, Payout: a.payout,
			Membership: a.membership, Dues: a.dues, Gift: a.gift, Fonte: a.fonte, Alert: a.alert, Project: a.project,
			Session: a.session, Confirm: asked, People: a.people, Provider: a.provider, Debit: a.debit, BaseURL: a.baseURL, Version: version, Log: w.log},
		Identity: proofs, Metrics: a.metrics, Push: hints, Accent: cfg.Accent, Demo: w.demo, Proxies: proxies,
		Engine: site.Engine{Jobs: a.jobs, Keeper: a.keeper, Database: a.db},
	})
	if err != nil {
		return err
	}
	a.watch()
	a.public = &http.Server{Handler: a.web, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	a.private = &http.Server{Handler: a.privateRoutes(), ReadHeaderTimeout: 10 * time.Second}
	return nil
}

// watchedDays is how far back the watch of loops looks.
const watchedDays = 30

// register names the jobs. Each asks first whether there is anything to do; the
// check of the whole book is made once a day.
func (a *app) register() {
	a.jobs.Register(a.keeper.Job(24 * time.Hour))
	a.jobs.Register(job.Job{Name: "requests.expire", Every: 2 * time.Second, Due: a.merchant.Overdue,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := a.merchant.ExpireDue(ctx, actor)
			return err
		}})
	a.jobs.Register(job.Job{Name: "conversions.expire", Every: 10 * time.Second, Due: a.conversion.Overdue,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := a.conversion.ExpireDue(ctx, actor, 500)
			return err
		}})
	a.jobs.Register(job.Job{Name: "loops.watch", Every: time.Hour,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := a.conversion.WatchLoops(ctx, actor, watchedDays)
			return err
		}})
	a.jobs.Register(job.Job{Name: "people.erase", Every: time.Minute, Due: a.people.ErasuresDue,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := a.people.EraseDue(ctx, actor)
			return err
		}})
	a.jobs.Register(job.Job{Name: "payouts.execute", Every: time.Second, Due: a.payout.Funded,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := a.payout.ExecuteDue(ctx, actor)
			return err
		}})
}

// watch shows the gauges of the process.
func (a *app) watch() {
	meter := acpr.NewGauge(a.ledger)
	a.metrics.Watch(observe.Sources{
		Fund: func(ctx context.Context) (observe.Fund, error) {
			f, err := a.conversion.Fund(ctx, time.Time{})
			if errors.Is(err, conversion.ErrNotOpen) {
				return observe.Fund{}, nil
			}
			fund := observe.Fund{Circulation: f.Total.Circulation}
			for _, c := range f.Total.Custodians {
				fund.Guarantee += c.Balance
			}
			return fund, err
		},
		Meter: func(ctx context.Context) (observe.Meter, error) {
			m, err := meter.Meter(ctx)
			return observe.Meter{Threshold: m.Threshold, Readings: map[string]money.Amount{
				"payments": m.Payments.Sum, "wide": m.Wide.Sum, "counted": m.Counted.Sum}}, err
		},
		Queue: a.ledger.Waiting,
		Sockets: func() observe.Sockets {
			m := a.web.Live().Metrics()
			return observe.Sockets{Open: m.Sockets + m.Streams, Dropped: m.Ended}
		},
	})
}

func (a *app) privateRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics.Handler())
	mux.Handle("GET /healthz", observe.Live())
	mux.Handle("GET /readyz", observe.Ready(
		observe.Probe{Name: "write", Check: func(ctx context.Context) error { return job.Probe(ctx, a.ledger) }},
		observe.Probe{Name: "disk", Check: func(context.Context) error { return a.db.Room() }},
		observe.Probe{Name: "schema", Check: func(ctx context.Context) error { _, err := a.db.SchemaVersion(ctx); return err }},
		observe.Probe{Name: "ledger", Check: a.keeper.Ready},
	))
	return mux
}

// start serves both listeners, the live topics, the jobs and the metrics that
// follow the journal.
func (a *app) start(ctx context.Context) {
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.jobs.Start(ctx)
	a.running.Go(func() {
		if err := a.web.Run(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("live topics", "error", err)
		}
	})
	a.running.Go(func() {
		if err := a.metrics.Follow(ctx, a.ledger.Journal, a.begin); err != nil && ctx.Err() == nil {
			a.log.Error("metrics", "error", err)
		}
	})
	for i, server := range []*http.Server{a.public, a.private} {
		listener := a.listeners[i]
		a.running.Go(func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				a.failed <- err
			}
		})
	}
}

// wait returns when ctx ends, or the error of a listener that ended by itself.
func (a *app) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return err
	}
}

// close drains and stops everything that was begun: requests and sockets first,
// then the jobs, the committer, the database.
func (a *app) close() error {
	var errs []error
	drain, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if a.stop != nil {
		// Nobody new is let in from here on; whoever is there is answered, and
		// sockets are told to come back, to whichever process there is then.
		var sockets sync.WaitGroup
		var live error
		sockets.Go(func() { live = a.web.Live().Shutdown(drain) })
		err := a.public.Shutdown(drain)
		sockets.Wait()
		errs = append(errs, live, err, a.private.Shutdown(drain))
		a.jobs.Stop()
		a.stop()
		a.running.Wait()
	} else {
		for _, l := range a.listeners {
			if l != nil {
				errs = append(errs, l.Close())
			}
		}
	}
	if a.ledger != nil {
		a.ledger.Close()
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	if a.breached != nil {
		errs = append(errs, a.breached.Close())
	}
	return errors.Join(errs...)
}

// tuneRuntime gives the committer a processor of its own: while it waits for the
// disk inside a system call, the one it runs on stands still. Rubbish is
// collected less often while memory stays small.
func tuneRuntime() {
	if cores := runtime.NumCPU(); os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) == cores {
		runtime.GOMAXPROCS(cores + 1)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(120 << 20)
	}
}
