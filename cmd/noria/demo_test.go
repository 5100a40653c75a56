// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bufio"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// readiness is the line of "noria demo --json", as the contract has it.
type readiness struct {
	URL        string            `json:"url"`
	PrivateURL string            `json:"private_url"`
	Tokens     map[string]string `json:"tokens"`
	IDs        struct {
		Merchant     string   `json:"merchant"`
		Campaign     string   `json:"campaign"`
		Collectivity string   `json:"collectivity"`
		Officials    []string `json:"officials"`
	} `json:"ids"`
}

// as returns a caller with one of the demonstration's tokens.
func (r readiness) as(t *testing.T, who string) caller {
	t.Helper()
	if r.Tokens[who] == "" {
		t.Fatalf("there is no token of %q", who)
	}
	return caller{t, r.URL, r.Tokens[who]}
}

// demo starts "noria demo --json" on free ports and returns it when it is ready.
func demo(t *testing.T, args ...string) (*process, readiness) {
	t.Helper()
	if !slices.Contains(args, "--addr") {
		args = append(args, "--addr", "127.0.0.1:0")
	}
	p := start(t, append([]string{"demo", "--json"}, args...)...)
	line := p.await(p.lines, `^.*$`)[0]
	var r readiness
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return p, r
}

// sums are the figures of the fund that the story's laws speak of.
type sums struct {
	Circulation money.Amount `json:"circulation"`
	Backing     money.Amount `json:"backing_eur"`
	Gap         money.Amount `json:"gap_eur"`
}

type fund struct {
	AsOf time.Time `json:"as_of"`
	Head struct {
		Seq  int64  `json:"seq"`
		Hash string `json:"hash"`
	} `json:"head"`
	Pools []struct {
		Pool string `json:"pool"`
		sums
	} `json:"pools"`
	Total sums `json:"total"`
}

// wallet is what somebody has.
type wallet struct {
	ID        string       `json:"id"`
	Booked    money.Amount `json:"booked"`
	Reserved  money.Amount `json:"reserved"`
	Available money.Amount `json:"available"`
}

type holder struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Number string `json:"number"`
	Wallet string `json:"wallet"`
}

func (c caller) me() holder {
	c.t.Helper()
	var me struct {
		Holder holder `json:"holder"`
	}
	c.get("/v1/me", &me)
	return me.Holder
}

func (c caller) wallet(id string) wallet {
	c.t.Helper()
	var w wallet
	c.get("/v1/wallets/"+id, &w)
	return w
}

func (c caller) fund(query string) fund {
	c.t.Helper()
	var f fund
	c.get("/v1/fund"+query, &f)
	return f
}

// TestDemo plays the Grand Avignon story with the real program and asks what the
// contract promises of it.
func TestDemo(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "demo")
	p, r := demo(t, "--data", folder)
	t.Run("the line", func(t *testing.T) { checkLine(t, r) })
	t.Run("10 euros are 12 units", func(t *testing.T) { checkChange(t, r) })
	t.Run("the campaign", func(t *testing.T) { checkCampaign(t, r) })
	t.Run("six officials", func(t *testing.T) { checkOfficials(t, r) })
	t.Run("the redemption", func(t *testing.T) { checkRedemption(t, r) })
	t.Run("direct debits", func(t *testing.T) { checkDebits(t, r) })
	t.Run("the watched fund", func(t *testing.T) { checkWatch(t, r) })
	t.Run("the gift", func(t *testing.T) { checkGift(t, r) })
	t.Run("L12 the announced fonte", func(t *testing.T) { checkFonte(t, r, folder) })
	t.Run("G1 at every instant", func(t *testing.T) { checkEveryInstant(t, r, folder) })
	t.Run("verify beside the server", func(t *testing.T) { checkVerify(t, r, folder) })
	t.Run("fund beside the server", func(t *testing.T) { checkFund(t, r, folder) })
	t.Run("hledger agrees", func(t *testing.T) { checkHledger(t, r, folder) })
	t.Run("the listeners", func(t *testing.T) { checkListeners(t, r) })
	t.Run("L9 the member in arrears", func(t *testing.T) { checkMembers(t, r) })

	before := r.as(t, "auditor").fund("")
	first, _ := p.said()
	if code := p.stop(); code != 0 {
		_, err := p.said()
		t.Fatalf("told to end it exits %d:\n%s", code, err)
	}
	if out, err := p.said(); out != first || strings.Count(out, "\n") > 0 || err != "" {
		t.Errorf("it printed more than the line:\n%s\n%s", out, err)
	}
	t.Run("started again", func(t *testing.T) {
		p, again := demo(t, "--data", folder, "--addr", strings.TrimPrefix(r.URL, "http://"), "--private-addr", strings.TrimPrefix(r.PrivateURL, "http://"))
		if second, _ := p.said(); second != first {
			t.Errorf("the line changed:\n%s\n%s", first, second)
		}
		after := again.as(t, "auditor").fund("")
		if before.Head != after.Head || before.Total != after.Total {
			t.Errorf("the book was %+v and is %+v", before, after)
		}
		again.as(t, "citizen").post("/v1/payments", map[string]string{"to": again.as(t, "citizen2").me().Number, "amount": "1.00"}, nil)
		if f := again.as(t, "auditor").fund(""); f.Head.Seq != before.Head.Seq+1 {
			t.Errorf("after a payment the journal ends at %d, it ended at %d", f.Head.Seq, before.Head.Seq)
		}
		p.kill()
		done(t, "verify", "--data", folder)
	})
}

func checkLine(t *testing.T, r readiness) {
	want := []string{"admin", "approver", "auditor", "cashier", "citizen", "citizen2", "collectivity_agent",
		"collectivity_approver", "desk", "lapsed", "merchant", "treasurer"}
	if got := slices.Sorted(maps.Keys(r.Tokens)); !reflect.DeepEqual(got, want) {
		t.Errorf("tokens of %v, want %v", got, want)
	}
	if !strings.HasPrefix(r.URL, "http://127.0.0.1:") || !strings.HasPrefix(r.PrivateURL, "http://127.0.0.1:") || r.URL == r.PrivateURL {
		t.Errorf("addresses %s and %s", r.URL, r.PrivateURL)
	}
	if !strings.HasPrefix(r.IDs.Merchant, "mer_") || !strings.HasPrefix(r.IDs.Campaign, "cmp_") ||
		!strings.HasPrefix(r.IDs.Collectivity, "hol_") || len(r.IDs.Officials) != 6 {
		t.Errorf("ids %+v", r.IDs)
	}
	roles := map[string]string{"citizen2": "citizen", "lapsed": "citizen", "merchant": "merchant_owner", "desk": "desk_agent", "admin": "administrator"}
	for _, who := range want {
		var me struct {
			Roles []string `json:"roles"`
		}
		r.as(t, who).get("/v1/me", &me)
		role, ok := roles[who]
		if !ok {
			role = who
		}
		if !reflect.DeepEqual(me.Roles, []string{role}) {
			t.Errorf("%s is %v", who, me.Roles)
		}
	}
}

// movement is a line of "noria export movements", as far as it is needed.
type movement struct {
	Seq  int64
	At   time.Time
	Hash string
}

func movements(t *testing.T, folder string) []movement {
	t.Helper()
	var list []movement
	for line := range strings.Lines(done(t, "export", "movements", "--data", folder)) {
		var m movement
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

// checkEveryInstant asks for the fund at the instant of every entry: as many
// euros back the units as there are units, in each pool.
func checkEveryInstant(t *testing.T, r readiness, folder string) {
	anybody := caller{t, r.URL, ""}
	list := movements(t, folder)
	if len(list) < 20 {
		t.Fatalf("the story has %d entries", len(list))
	}
	last := make(map[time.Time]movement) // entries of one batch share its instant
	for _, m := range list {
		last[m.At] = m
	}
	var circulated, emptied bool
	for _, m := range list {
		f := anybody.fund("?at=" + m.At.Format(time.RFC3339Nano))
		if want := last[m.At]; f.Head.Seq != want.Seq || f.Head.Hash != want.Hash {
			t.Errorf("at entry %d the fund is that of entry %d", want.Seq, f.Head.Seq)
		}
		for _, pool := range f.Pools {
			if pool.Circulation != pool.Backing || pool.Gap != 0 {
				t.Errorf("at entry %d, %s: %s circulate, %s back them, %s are lacking", m.Seq, pool.Pool, pool.Circulation, pool.Backing, pool.Gap)
			}
			circulated = circulated || pool.Circulation > 0
		}
	}
	f := anybody.fund("?at=" + list[0].At.Add(-time.Microsecond).Format(time.RFC3339Nano))
	emptied = f.Total == (sums{}) && f.Head.Seq == 0 && f.Head.Hash == strings.Repeat("0", 64)
	if !circulated || !emptied {
		t.Errorf("nothing ever circulated, or something did before the first entry: %+v", f)
	}
	if a := anybody.ask(request{method: http.MethodGet, path: "/v1/fund?at=2999-01-01T00:00:00Z"}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the fund of the future: %d", a.status)
	}
}

func checkVerify(t *testing.T, r readiness, folder string) {
	head := r.as(t, "auditor").fund("").Head
	out := done(t, "verify", "--data", folder)
	if !strings.Contains(out, "no difference") || !strings.Contains(out, head.Hash) {
		t.Errorf("verify says %s", out)
	}
}

func checkFund(t *testing.T, r readiness, folder string) {
	list := movements(t, folder)
	middle := list[len(list)/2].At.Format(time.RFC3339Nano)
	for _, c := range []struct {
		args  []string
		query string
	}{
		{nil, ""}, {[]string{"--at", middle}, "?at=" + middle},
	} {
		var printed, answered map[string]any
		if err := json.Unmarshal([]byte(done(t, append([]string{"fund", "--data", folder}, c.args...)...)), &printed); err != nil {
			t.Fatal(err)
		}
		caller{t, r.URL, ""}.get("/v1/fund"+c.query, &answered)
		for _, f := range []map[string]any{printed, answered} {
			if c.query == "" {
				delete(f, "as_of")
			}
			delete(f, "$schema")
		}
		if !reflect.DeepEqual(printed, answered) {
			t.Errorf("fund %v prints %v, the API says %v", c.args, printed, answered)
		}
	}
}

// TestDemoSimulates: payments come without anybody's doing, a till sees them
// arrive, and the metrics count them.
func TestDemoSimulates(t *testing.T) {
	t.Parallel()
	p, r := demo(t, "--simulate")
	const direct, request = `noria_payments_total{channel="direct",result="done"}`, `noria_payments_total{channel="request",result="done"}`
	eventually(t, "the story's payments in the metrics", func() bool {
		return metric(t, r.PrivateURL, direct) >= 4 && metric(t, r.PrivateURL, request) == 1
	})

	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/v1/live/events?topics=merchant:"+r.IDs.Merchant+"/payments", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+r.Tokens["cashier"])
	stream, err := newClient(t).Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	found := false
	for s := bufio.NewScanner(stream.Body); !found && s.Scan(); {
		text, ok := strings.CutPrefix(s.Text(), "data: ")
		var message struct {
			Event struct{ Payment, Amount string }
		}
		if ok && json.Unmarshal([]byte(text), &message) == nil && message.Event.Payment != "" {
			found = true
			var paid struct{ Amount string }
			r.as(t, "treasurer").get("/v1/payments/"+message.Event.Payment, &paid)
			if paid.Amount != message.Event.Amount {
				t.Errorf("the till saw %+v, the book has %+v", message, paid)
			}
		}
	}
	if !found {
		t.Fatal("the stream ended without a payment")
	}
	// Although the stream is open, the server ends when it is told to.
	if code := p.stop(); code != 0 {
		_, err := p.said()
		t.Errorf("exit %d:\n%s", code, err)
	}
}

// TestDemoLeavesRealBooksAlone: no story is played into the book of a currency.
func TestDemoLeavesRealBooksAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	done(t, "migrate", "--data", folder)
	r := noria(t, "demo", "--json", "--data", folder, "--addr", "127.0.0.1:0")
	if r.code != 1 || r.stdout != "" || !strings.Contains(r.stderr, "not made by a demonstration") {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(filepath.Join(folder, "demo.json")); err == nil {
		t.Error("it left secrets in the folder")
	}
}
