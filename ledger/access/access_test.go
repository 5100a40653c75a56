// SPDX-License-Identifier: AGPL-3.0-or-later

package access_test

import (
	"errors"
	"flag"
	"os"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

var update = flag.Bool("update", false, "write the golden file anew")

func holder(n byte) ident.Holder { return ident.Holder{Bits: ident.Bits{15: n}} }

func TestMatrixIsTheGoldenFile(t *testing.T) {
	const golden = "testdata/matrix.golden"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(access.Table()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := access.Table(); got != string(want) {
		t.Errorf("rights changed; if that is meant, run go test -update and let an auditor read the difference:\n%s", got)
	}
}

func TestScopes(t *testing.T) {
	me, shop, other := holder(1), holder(2), holder(3)
	citizen := access.Actor{Holder: me, Grants: []access.Grant{{Role: access.Citizen}}}
	owner := access.Actor{Holder: me, Grants: []access.Grant{{Role: access.MerchantOwner, Organisation: shop}}}
	treasurer := access.Actor{Holder: me, Grants: []access.Grant{{Role: access.Treasurer}}}
	for _, c := range []struct {
		name   string
		actor  access.Actor
		action access.Action
		owner  ident.Holder
		ok     bool
	}{
		{"own wallet", citizen, access.WalletRead, me, true},
		{"foreign wallet", citizen, access.WalletRead, other, false},
		{"nobody's wallet", citizen, access.WalletRead, ident.Holder{}, false},
		{"the shop's wallet", owner, access.WalletRead, shop, true},
		{"an owner is not a citizen", owner, access.WalletRead, me, false},
		{"another shop's wallet", owner, access.WalletRead, other, false},
		{"any wallet", treasurer, access.WalletRead, other, true},
		{"unknown action", treasurer, "no.such", other, false},
		{"no grants", access.Actor{Holder: me}, access.WalletRead, me, false},
		{"a zero actor owns nothing", access.Actor{Grants: []access.Grant{{Role: access.Citizen}}}, access.WalletRead, ident.Holder{}, false},
	} {
		err := access.Allow(c.actor, c.action, c.owner)
		if (err == nil) != c.ok || (err != nil && !errors.Is(err, access.ErrForbidden)) {
			t.Errorf("%s: %v, want allowed=%v", c.name, err, c.ok)
		}
	}
}

// TestD3MoneyNeedsTheRightRole holds lines of rule D3 that must never change
// by a slip of the matrix.
func TestD3MoneyNeedsTheRightRole(t *testing.T) {
	for _, c := range []struct {
		role    access.Role
		never   []access.Action
		because string
	}{
		{access.Auditor, []access.Action{access.PaymentCreate, access.ConversionSettle, access.CampaignApprove, access.BatchExecute, access.HolderCreate}, "an auditor reads"},
		{access.Administrator, []access.Action{access.PaymentCreate, access.ConversionDesk, access.ConversionSettle, access.CampaignFund, access.RedemptionSettle, access.WalletRead}, "an administrator moves no money alone"},
		{access.Cashier, []access.Action{access.WalletRead, access.PaymentRefund, access.RedemptionRequest}, "a cashier sees receipts only"},
		{access.DeskAgent, []access.Action{access.WalletRead, access.CampaignFund, access.ConversionSettle}, "a desk agent does not read wallets"},
	} {
		for _, a := range c.never {
			if s := access.ScopeOf(c.role, a); s != access.None {
				t.Errorf("%s may %s on %s: %s", c.role, a, s, c.because)
			}
		}
	}
	for _, a := range access.Actions() {
		if s := access.ScopeOf(access.Display, a); (s != access.None) != (a == access.ScreenWatch) {
			t.Errorf("a screen may %s on %s: it shows and does nothing", a, s)
		}
		for _, r := range access.Roles() {
			if s := access.ScopeOf(r, a); s == access.Organisation && !r.Scoped() {
				t.Errorf("%s has scope organisation for %s but is held in none", r, a)
			}
		}
	}
}
