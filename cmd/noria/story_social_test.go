// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// checkGift: 3 % of the 60 € that Amina changed, and of Bruno's 375 €, were given to
// the associations that they chose, by a round that two persons decided.
func checkGift(t *testing.T, r readiness) {
	var rounds struct {
		Items []struct {
			Status, Rate string
			Total        money.Amount
			Lines        []struct {
				Association, Name, Entry string
				Changed                  money.Amount `json:"changed_eur"`
				Members                  int
				Amount                   money.Amount
			}
		}
	}
	treasurer := r.as(t, "treasurer")
	treasurer.get("/v1/gift-rounds", &rounds)
	if len(rounds.Items) != 1 || rounds.Items[0].Status != "given" || rounds.Items[0].Rate != "0.03" || rounds.Items[0].Total != 1305 || len(rounds.Items[0].Lines) != 2 {
		t.Fatalf("rounds %+v", rounds)
	}
	given := make(map[string][2]money.Amount)
	for _, l := range rounds.Items[0].Lines {
		given[l.Name] = [2]money.Amount{l.Changed, l.Amount}
		var h holder
		treasurer.get("/v1/holders/"+l.Association, &h)
		if w := treasurer.wallet(h.Wallet); l.Entry == "" || l.Members != 1 || w.Booked != l.Amount {
			t.Errorf("%+v holds %+v", l, w)
		}
	}
	if want := map[string][2]money.Amount{"Jardins partagés de la Barthelasse": {6000, 180}, "Recyclerie des Papes": {37500, 1125}}; !reflect.DeepEqual(given, want) {
		t.Errorf("given %v, want %v", given, want)
	}
}

// checkFonte: a rule is announced that takes nothing yet, everybody is told of it on
// pages, and Théo, who has an address, by a letter (L12).
func checkFonte(t *testing.T, r readiness, folder string) {
	type rule struct {
		Status, Rate, Period string
		FirstDay             string `json:"first_day"`
		NoticeDays           int    `json:"notice_days"`
		Exempt               money.Amount
		Receiver             string `json:"receiver_name"`
		Kinds                []string
	}
	var all struct {
		Items []struct {
			rule
			PreparedBy string `json:"prepared_by"`
			ApprovedBy string `json:"approved_by"`
			Periods    []any
		}
	}
	r.as(t, "treasurer").get("/v1/fonte/rules", &all)
	if len(all.Items) != 1 {
		t.Fatalf("rules %+v", all)
	}
	f := all.Items[0]
	want := rule{"announced", "0.02", "quarter", f.FirstDay, 30, 5000, "Jardins partagés de la Barthelasse", []string{"individual", "professional"}}
	if !reflect.DeepEqual(f.rule, want) || f.PreparedBy == "" || f.ApprovedBy == "" || f.PreparedBy == f.ApprovedBy || len(f.Periods) != 0 {
		t.Errorf("the rule is %+v", f)
	}
	if !slices.Contains([]string{"-01-01", "-04-01", "-07-01", "-10-01"}, f.FirstDay[4:]) {
		t.Errorf("it begins on %s", f.FirstDay)
	}
	if a := (caller{t, r.URL, ""}).ask(request{method: http.MethodGet, path: "/comment-ca-marche"}); !strings.Contains(string(a.text), "Jardins partagés de la Barthelasse") {
		t.Error("how it works says nothing of the fonte")
	}
	eventually(t, "the letter about the fonte", func() bool {
		letters, err := os.ReadDir(filepath.Join(folder, "mail"))
		if err != nil || len(letters) != 1 {
			return false
		}
		text, err := os.ReadFile(filepath.Join(folder, "mail", letters[0].Name()))
		return err == nil && strings.Contains(string(text), "To: <theo.urbain@example.org>") && strings.Contains(string(text), "_une_fonte_")
	})
}

// checkMembers: everybody with a token has paid the dues of the year but Théo, whose
// change is refused at the border, by himself and at the desk (L9); somebody who
// comes new changes 10.00 € into 12.00 as before. Dues are nowhere in the fund (P11).
func checkMembers(t *testing.T, r readiness) {
	for who := range r.Tokens {
		var m struct {
			Needed, Valid bool
			Until         string
		}
		r.as(t, "treasurer").get("/v1/holders/"+r.as(t, who).me().ID+"/membership", &m)
		if late := who == "lapsed"; !m.Needed || m.Valid == late || (m.Until == "") != late {
			t.Errorf("%s stands at %+v", who, m)
		}
	}
	late, desk := r.as(t, "lapsed"), r.as(t, "desk")
	before := r.as(t, "auditor").fund("")
	for i, c := range []struct {
		by      caller
		channel string
	}{{late, "transfer"}, {desk, "desk"}} {
		var refused struct {
			Code  string
			Moved string `json:"money_moved"`
		}
		c.by.ask(request{method: http.MethodPost, path: "/v1/conversions", key: "lapsed-member-changes-" + strconv.Itoa(i),
			body: map[string]string{"wallet": late.me().Wallet, "euros": "10.00", "channel": c.channel}}).read(t, http.StatusConflict, &refused)
		if refused.Code != "membership-ended" || refused.Moved != "no" {
			t.Errorf("by %s: %+v", c.channel, refused)
		}
	}
	if after := r.as(t, "auditor").fund(""); after.Head != before.Head || late.wallet(late.me().Wallet).Booked != 0 {
		t.Error("a refused change moved something")
	}
	var fresh holder
	desk.post("/v1/holders", map[string]string{"kind": "individual", "name": "Uma Vidal"}, &fresh)
	var made struct{ Credited money.Amount }
	desk.post("/v1/conversions", map[string]string{"wallet": fresh.Wallet, "euros": "10.00", "channel": "desk"}, &made)
	if made.Credited != 1200 {
		t.Errorf("somebody new got %s", made.Credited)
	}
	var tills struct {
		Items []struct {
			Desk   string
			Amount money.Amount `json:"amount_eur"`
		}
	}
	r.as(t, "treasurer").get("/v1/dues/tills", &tills)
	if len(tills.Items) != 1 || tills.Items[0].Desk != "avignon-centre" || tills.Items[0].Amount != 1200 {
		t.Errorf("tills of dues %+v", tills)
	}
}

// TestDemoOfAnOlderScript: who joined the story since a folder was made is given a
// secret of their own, which is kept.
func TestDemoOfAnOlderScript(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "demo.json")
	secret := strings.Repeat("5a", 32)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(path, []byte(`{"began":"`+time.Now().Format(time.DateOnly)+`","secrets":{"citizen":"`+secret+`"}}`), 0o600))
	p, r := demo(t, "--data", folder)
	seen := make(map[string]bool)
	for who, token := range r.Tokens {
		seen[token] = true
		if r.as(t, who).me().ID == "" {
			t.Errorf("%s is nobody", who)
		}
	}
	text, err := os.ReadFile(path)
	must(err)
	if len(seen) != 12 || !strings.Contains(string(text), `"citizen":"`+secret+`"`) || strings.Count(string(text), strings.Repeat("0", 64)) != 0 {
		t.Errorf("%d tokens, the script is %s", len(seen), text)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}
