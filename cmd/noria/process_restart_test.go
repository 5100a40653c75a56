// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"testing"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// storm is what happens to a fleet while its clients work and its tills listen.
// It returns what the clients did and how the connections of the tills ended.
func (f *fleet) storm(happens func()) (acts []*act, closes map[int]int) {
	f.t.Helper()
	after := caller{f.t, f.url(0), f.auditor}.fund("").Head.Seq
	var ears []*ear
	for i := range 6 {
		ears = append(ears, f.listen(i, after))
	}
	stop, worked := make(chan struct{}), make(chan []*act, 1)
	go func() { worked <- f.work(24, 0, false, stop) }()
	f.busy(100)
	happens()
	f.busy(100)
	close(stop)
	acts = <-worked
	f.settle(acts)
	return acts, f.told(ears, acts)
}

// TestRollingRestart: two processes are told to end, one after the other, and
// started again, while clients pay and tills listen. Nobody notices.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	f, processes := newFleet(t, dbtest.EmptyPostgresURL(t), 2)
	_, closes := f.storm(func() {
		for round := range 4 {
			i := round % 2
			if code := processes[i].stop(); code != 0 {
				_, said := processes[i].said()
				t.Errorf("told to end it exits %d:\n%s", code, said)
			}
			f.busy(50)
			processes[i] = f.launch(i)
			f.busy(50)
		}
	})
	if n := closes[websocket.CloseServiceRestart]; n == 0 || len(closes) != 1 {
		t.Errorf("the tills' connections ended with %v, want %d only", closes, websocket.CloseServiceRestart)
	}
	for _, code := range f.codes() {
		if code != "unavailable" && code != "closing" {
			t.Errorf("a client was told %q", code)
		}
	}
}

// TestOneOfTwoProcessesKilled: kill -9 under load; the other goes on.
func TestOneOfTwoProcessesKilled(t *testing.T) {
	t.Parallel()
	f, processes := newFleet(t, dbtest.EmptyPostgresURL(t), 2)
	f.storm(func() {
		for round := range 6 {
			i := round % 2
			processes[i].kill()
			f.busy(100)
			processes[i] = f.launch(i)
			f.busy(50)
		}
	})
	if f.again.Load() == 0 {
		t.Error("no request was cut off")
	}
}

// TestTheDatabaseServerKilled: PostgreSQL is stopped at once, under load, and
// started again. Two processes go on by themselves.
func TestTheDatabaseServerKilled(t *testing.T) {
	t.Parallel()
	cluster := dbtest.StartCluster(t)
	f, processes := newFleet(t, cluster.URL("noria"), 2)
	f.storm(func() {
		for range 3 {
			cluster.Kill()
			cluster.Start()
			f.busy(200)
		}
	})
	for _, p := range processes {
		if code := p.stop(); code != 0 {
			t.Errorf("it exits %d", code)
		}
	}
	if f.again.Load() == 0 {
		t.Error("no request was cut off")
	}
}
