// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
)

// Service is the running service under measure.
type Service struct {
	Door    *Door                          // through HTTP
	Process func(client int) (Step, error) // in process
	Made    func() int64                   // commands committed so far
}

// Options of a bench.
type Options struct {
	Folder  string // for the books; on the disk that is to be measured; empty for a book on a server
	Server  string // postgres:// URL of the server that holds the book, beside which its own bench is run
	Service Service
	Wallets int
	Warmup  time.Duration
	Measure time.Duration
	Soak    int64        // payments to make in process before measuring again; 0 for none
	Say     func(string) // progress; nil for none
}

// All runs everything and returns the report.
func All(ctx context.Context, o Options) (Report, error) {
	defer o.Service.Door.Close()
	b := &benching{Options: o, echoes: make(map[int]Figures)}
	b.report.Server = o.Server != ""
	if b.Say == nil {
		b.Say = func(string) {}
	}
	err := b.run(ctx)
	return b.report, err
}

type benching struct {
	Options
	report Report
	echoes map[int]Figures
}

func (b *benching) load(clients int, pattern Pattern, dial func(int) (Step, error)) Load {
	return Load{Clients: clients, Wallets: b.Wallets, Pattern: pattern, Warmup: b.Warmup, Measure: b.Measure, Dial: dial}
}

func (b *benching) run(ctx context.Context) error {
	made, disk := b.Service.Made(), folderSize(b.Folder)
	if err := b.ceiling(ctx); err != nil {
		return err
	}
	for _, r := range []struct {
		door    string
		pattern Pattern
		clients int
	}{
		{"http", Uniform, 1}, {"http", Uniform, 64}, {"http", Hot, 64}, {"http", Uniform, 256},
		{"process", Uniform, 1}, {"process", Uniform, 64}, {"process", Uniform, 1024}, {"process", Hot, 1024},
	} {
		if err := b.measure(ctx, r.door, r.pattern, r.clients); err != nil {
			return err
		}
	}
	if b.Soak > 0 {
		if err := b.soak(ctx); err != nil {
			return err
		}
	}
	b.report.Echo, b.report.EchoP50 = b.echoes[64].PerSecond, milliseconds(b.echoes[1].P50)
	b.report.Payments = b.Service.Made() - made
	b.report.DiskBytes = over(float64(folderSize(b.Folder)-disk), float64(b.report.Payments))
	b.report.Resident = resident()
	return nil
}

// ceiling measures what the payments are compared with: the disk and the
// embedded engine alone, or a server by its own bench.
func (b *benching) ceiling(ctx context.Context) error {
	var err error
	if b.Server != "" {
		b.Say("pgbench on the same server")
		b.report.Pgbench, err = pgbench(ctx, b.Server, b.Measure)
		return err
	}
	if b.report.FsyncP50, err = fsync(b.Folder); err != nil {
		return err
	}
	b.Say("raw group commit of the same rows")
	b.report.Raw, err = b.raw(ctx)
	return err
}

// measure makes one run and adds it to the report. Each number of clients has
// the echo measured right before it.
func (b *benching) measure(ctx context.Context, door string, pattern Pattern, clients int) error {
	b.Say(fmt.Sprintf("%s, %s, %d clients", door, pattern, clients))
	dial := b.Service.Process
	if door == "http" {
		dial = b.Service.Door.Dial
		if _, ok := b.echoes[clients]; !ok {
			echo, err := Echo(ctx, b.load(clients, Uniform, nil))
			if err != nil {
				return err
			}
			b.echoes[clients] = echo
		}
	}
	f, err := b.load(clients, pattern, dial).Run(ctx)
	if err != nil {
		return fmt.Errorf("%s, %s, %d clients: %w", door, pattern, clients, err)
	}
	run := Run{Door: door, Pattern: pattern, Clients: clients, PerSecond: f.PerSecond, P50: milliseconds(f.P50), P99: milliseconds(f.P99)}
	if door == "http" {
		run.OfEcho, run.OfPgbench = over(f.PerSecond, b.echoes[clients].PerSecond), over(f.PerSecond, b.report.Pgbench)
	} else {
		run.OfRaw = over(f.PerSecond, b.report.Raw)
	}
	b.report.Runs = append(b.report.Runs, run)
	return nil
}

// soak makes many payments and measures 64 clients through HTTP again.
func (b *benching) soak(ctx context.Context) error {
	before := b.find("http", Uniform, 64)
	until := b.Service.Made() + b.Soak
	for left := b.Soak; left > 0; left = until - b.Service.Made() {
		b.Say(fmt.Sprintf("soak, %d payments to go", left))
		l := b.load(1024, Uniform, b.Service.Process)
		l.Warmup, l.Measure = 0, 2*time.Second
		if _, err := l.Run(ctx); err != nil {
			return err
		}
	}
	if err := b.measure(ctx, "http", Uniform, 64); err != nil {
		return err
	}
	b.report.SoakRatio = over(b.report.Runs[len(b.report.Runs)-1].PerSecond, before)
	return nil
}

// over returns a ratio, 0 for none where the other figure was too short to
// measure anything.
func over(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func (b *benching) find(door string, pattern Pattern, clients int) float64 {
	for _, r := range b.report.Runs {
		if r.Door == door && r.Pattern == pattern && r.Clients == clients {
			return r.PerSecond
		}
	}
	return 0
}

// raw measures what the database alone does with the same rows, in a book of
// its own.
func (b *benching) raw(ctx context.Context) (float64, error) {
	folder, err := os.MkdirTemp(b.Folder, "raw-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	d, err := db.Open(ctx, db.Config{Data: folder})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	stop := make(chan struct{})
	timer := time.AfterFunc(b.Measure, func() { close(stop) })
	defer timer.Stop()
	start := time.Now()
	n, err := ledger.Raw(ctx, d, b.Wallets, 1024, stop)
	return float64(n) / time.Since(start).Seconds(), err
}

// fsync measures appending a page to a file and syncing it.
func fsync(folder string) (float64, error) {
	f, err := os.CreateTemp(folder, "sync-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	page := make([]byte, 4096)
	taken := make([]time.Duration, 200)
	for i := range taken {
		start := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		taken[i] = time.Since(start)
	}
	slices.Sort(taken)
	return milliseconds(taken[len(taken)/2]), nil
}

func folderSize(folder string) int64 {
	var size int64
	if folder == "" {
		return 0
	}
	filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	return size
}

// resident returns the memory of this process in MB, 0 where the system does
// not say.
func resident() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
