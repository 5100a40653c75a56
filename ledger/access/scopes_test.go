// SPDX-License-Identifier: AGPL-3.0-or-later

package access_test

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
)

func TestUsesAreTheGoldenFile(t *testing.T) {
	const golden = "testdata/uses.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(access.UseTable()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := access.UseTable(); got != string(want) {
		t.Errorf("what tokens may be used for changed; if that is meant, run go test -update:\n%s", got)
	}
}

func TestScopesAreAClosedList(t *testing.T) {
	for _, c := range []struct {
		list []access.Use
		want access.Scopes
		ok   bool
	}{
		{[]access.Use{access.Requests, access.Payments}, "payments requests", true},
		{[]access.Use{access.Everything}, "all", true},
		{nil, "", false},
		{[]access.Use{"admin"}, "", false},
		{[]access.Use{access.Bank, access.Bank}, "", false},
		{[]access.Use{access.Everything, access.Bank}, "", false},
	} {
		if got, ok := access.ScopesOf(c.list); got != c.want || ok != c.ok {
			t.Errorf("%v are %q, %v", c.list, got, ok)
		}
	}
	for _, text := range []string{`[]`, `["king"]`, `"all"`} {
		var s access.Scopes
		if err := s.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s was read as %q", text, s)
		}
	}
}

// TestScopesOnlyNarrow asks for every action under every use: a token never
// carries more than its user's rights, and never more than its scope.
func TestScopesOnlyNarrow(t *testing.T) {
	me := holder(1)
	for _, role := range access.Roles() {
		whole := access.Actor{Holder: me, Grants: []access.Grant{{Role: role, Organisation: me}}}
		for _, use := range access.UseList() {
			narrow := whole
			narrow.Scopes, _ = access.ScopesOf([]access.Use{use})
			for _, action := range access.Actions() {
				before, after := access.Allow(whole, action, me) == nil, access.Allow(narrow, action, me) == nil
				if want := before && narrow.Scopes.Covers(action); after != want {
					t.Errorf("%s with scope %s may %s: %v, want %v", role, use, action, after, want)
				}
			}
		}
	}
	reader := access.Actor{Grants: []access.Grant{{Role: access.Treasurer}}, Scopes: "read"}
	if err := access.Allow(reader, access.EurosMove, me); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a reading token moves euros: %v", err)
	}
}

// TestD9NoScopeDecides holds what no narrow token may ever do: decide about
// somebody else's money or rights.
func TestD9NoScopeDecides(t *testing.T) {
	decisions := []access.Action{access.CampaignApprove, access.BatchApprove, access.BatchExecute, access.CurrencyOpen, access.CurrencySet,
		access.UserCreate, access.UserDisable, access.UserGrant, access.TokenCreate, access.TokenRevoke, access.SessionOpen, access.IdentityChange,
		access.RecoveryOpen, access.RecoveryApprove, access.PersonErase, access.PersonCopy}
	for _, use := range access.UseList() {
		s, _ := access.ScopesOf([]access.Use{use})
		for _, a := range decisions {
			if !slices.Contains(access.Actions(), a) {
				t.Errorf("there is no action %s", a)
			}
			if s.Narrow() && s.Covers(a) {
				t.Errorf("%s covers %s", use, a)
			}
		}
	}
}
