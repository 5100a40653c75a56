// SPDX-License-Identifier: AGPL-3.0-or-later

package move_test

import (
	"errors"
	"os"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ops/move"
)

// servers runs a test with the address of an empty database on every server
// engine that is present.
func servers(t *testing.T, test func(t *testing.T, empty func(testing.TB) string)) {
	t.Run("postgresql", func(t *testing.T) { test(t, dbtest.EmptyPostgresURL) })
	t.Run("cockroachdb", func(t *testing.T) { test(t, dbtest.CockroachURL) })
}

// TestThereAndBack moves a book to a server, to another database there, and
// back, and goes on with it.
func TestThereAndBack(t *testing.T) {
	servers(t, func(t *testing.T, empty func(testing.TB) string) {
		from, back := sample(t), folder(t)
		first, second := db.Config{Database: empty(t)}, db.Config{Database: empty(t)}
		head, err := verified(t, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, way := range [][2]db.Config{{from, first}, {first, second}, {second, back}} {
			r := moved(t, way[0], way[1])
			if r.Head != head || r.Rows < 4200 || r.Tables < 20 || r.Accounts < 8 || r.Fund != "" {
				t.Errorf("moved %+v, want the head %+v", r, head)
			}
			if again := moved(t, way[0], way[1]); again != r {
				t.Errorf("moved again %+v, it was %+v", again, r)
			}
		}
		opened(t, back, func(l *ledger.Ledger) {
			h := holders(t, l, "first", 3) // keys are still known
			pay(t, l, "after", h[1].ID, h[2].ID)
		})
		if after, err := verified(t, back); err != nil || after.Seq != head.Seq+2 || after.Command != head.Command+2 {
			t.Errorf("after a payment in the new place the head is %+v, it was %+v; %v", after, head, err)
		}
		refused(t, second, back, move.ErrOccupied) // the destination has gone on
	})
}

// TestGoesOn gives up at every step of the copy, changes the source in between,
// and finishes.
func TestGoesOn(t *testing.T) {
	servers(t, func(t *testing.T, empty func(testing.TB) string) {
		from, to := sample(t), db.Config{Database: empty(t)}
		for steps := 1; steps <= 5; steps++ {
			interrupted(t, from, to, steps)
			if _, err := verified(t, to); !errors.Is(err, ledger.ErrUnfinished) {
				t.Fatalf("half a book is read: %v", err)
			}
			d, err := db.Open(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Open(t.Context(), d, ledger.Options{}); !errors.Is(err, ledger.ErrUnfinished) {
				t.Errorf("half a book is opened: %v", err)
			}
			d.Close()
			if steps == 3 { // the book goes on where it was, and rows that were copied change
				opened(t, from, func(l *ledger.Ledger) {
					h := holders(t, l, "later", 2)
					pay(t, l, "later", h[0].ID, h[1].ID)
				})
				statements(t, from, `UPDATE tokens SET revoked_at = 7`, `DELETE FROM marks`)
			}
		}
		head, err := verified(t, from)
		if err != nil {
			t.Fatal(err)
		}
		other := sample(t)
		refused(t, other, to, move.ErrOccupied) // what was begun is of another book
		if r := moved(t, from, to); r.Head != head {
			t.Errorf("moved %+v, want %+v", r.Head, head)
		}
	})
}

// TestRefusesOccupiedPlaces: nothing is written where another book stands.
func TestRefusesOccupiedPlaces(t *testing.T) {
	servers(t, func(t *testing.T, empty func(testing.TB) string) {
		from, to := sample(t), db.Config{Database: empty(t)}
		opened(t, to, func(l *ledger.Ledger) { holders(t, l, "other", 1) })
		before, err := verified(t, to)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, from, to, move.ErrOccupied)
		refused(t, to, from, move.ErrOccupied)
		if after, err := verified(t, to); err != nil || after != before {
			t.Errorf("the other book was %+v and is %+v, %v", before, after, err)
		}
		refused(t, to, to, move.ErrSamePlace)
		alias := to
		alias.Database += "&application_name=another"
		refused(t, to, alias, move.ErrInUse)
		refused(t, from, from, move.ErrSamePlace)
	})
}

func TestRefusesWhatIsNoSource(t *testing.T) {
	servers(t, func(t *testing.T, empty func(testing.TB) string) {
		from, to := folder(t), folder(t)
		refused(t, from, to, db.ErrNoBook)
		refused(t, db.Config{Database: empty(t)}, to, db.ErrNoBook)
		if _, err := os.Stat(to.Data); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("without a source the destination was made: %v", err)
		}
		from = sample(t)
		server := db.Config{Database: empty(t)}
		interrupted(t, from, server, 2)
		refused(t, server, to, ledger.ErrUnfinished)

		d, err := db.Open(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, from, server, db.ErrLocked)
		d.Close()
		statements(t, from, `DELETE FROM goose_db_version WHERE version_id > 3`)
		refused(t, from, server, db.ErrOlder)
		statements(t, server, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`)
		refused(t, sample(t), server, db.ErrNewer)
	})
}

// TestKeepsWritersOut: while a book leaves a server nobody writes there.
func TestKeepsWritersOut(t *testing.T) {
	servers(t, func(t *testing.T, empty func(testing.TB) string) {
		from, to := db.Config{Database: empty(t)}, folder(t)
		moved(t, sample(t), from)
		begun, wrote := make(chan struct{}), make(chan error, 1)
		// Who waits for longer than a statement may take is refused and asks again.
		write := func() error {
			d, err := db.Open(t.Context(), from)
			if err != nil {
				return err
			}
			defer d.Close()
			l, err := ledger.Open(t.Context(), d, ledger.Options{})
			if err != nil {
				return err
			}
			defer l.Close()
			_, _, err = l.CreateHolder(t.Context(), administrator(), "move-test-meanwhile", ledger.NewHolder{Kind: ledger.Individual, Name: "M"})
			return err
		}
		over := make(chan struct{})
		go func() {
			<-begun
			err := write()
			if err != nil {
				<-over
				err = write()
			}
			wrote <- err
		}()
		first := true
		r, err := move.Run(t.Context(), move.Options{From: from, To: to, Progress: func(string, int64, int64) {
			if first {
				close(begun)
			}
			first = false
		}})
		close(over)
		if err != nil {
			t.Fatal(err)
		}
		if err := <-wrote; err != nil {
			t.Errorf("who waited was refused, also afterwards: %v", err)
		}
		if head, err := verified(t, from); err != nil || head.Command != r.Head.Command+1 {
			t.Errorf("the source ends at command %d, moved was %d; %v", head.Command, r.Head.Command, err)
		}
	})
}
