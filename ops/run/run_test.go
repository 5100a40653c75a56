// SPDX-License-Identifier: AGPL-3.0-or-later

package run_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/run"
	"github.com/noria-mlc/noria/ops/sepa"
)

const (
	la        = ledger.Account("eur:bank:guarantee:digital:la-nef")
	notes     = ledger.Account("eur:bank:guarantee:paper:la-nef")
	issuerRIB = "FR7630006000011234567890189"
	shopRIB   = "FR1420041010050500013M02606"
)

// office is an open currency with a shop that can be paid, on a clock that the
// test moves.
type office struct {
	*testing.T
	*run.Service
	euros *conversion.Service
	books *ledger.Ledger
	clock *atomic.Int64
	keys  int
	shop  ledger.Holder
}

func each(t *testing.T, test func(o *office)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		o := &office{T: t, clock: new(atomic.Int64)}
		o.at(civil.New(2026, 4, 2).Start().Add(10 * time.Hour)) // Maundy Thursday
		now := func() time.Time { return time.UnixMicro(o.clock.Load()).UTC() }
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: now})
		o.must(err)
		t.Cleanup(l.Close)
		o.books, o.euros = l, conversion.New(l)
		o.Service = run.New(o.euros, l.Now)
		_, _, err = o.euros.OpenCurrency(t.Context(), person(1, access.Administrator), o.key(), conversion.OpenCurrencyInput{
			Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
			Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
			Accounts: []conversion.BankAccount{
				{Account: la, Custodian: "La Nef", IBAN: issuerRIB, BIC: "AGRIFRPP", HolderName: "Association « La Roue »"},
				{Account: notes, Custodian: "La Nef", IBAN: "DE89370400440532013000", HolderName: "Association La Roue"},
				{Account: ledger.Operating, Custodian: "Crédit Coopératif", IBAN: "BE68539007547034", HolderName: "Association La Roue"},
			}})
		o.must(err)
		_, _, err = o.euros.OpenDesk(t.Context(), person(1, access.Administrator), o.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
		o.must(err)
		o.shop, _, err = l.CreateHolder(t.Context(), person(1, access.Administrator), o.key(), ledger.NewHolder{Kind: ledger.Professional, Name: "Épicerie"})
		o.must(err)
		test(o)
	})
}

func (o *office) at(instant time.Time) { o.clock.Store(instant.UnixMicro()) }

func (o *office) key() string {
	o.keys++
	return fmt.Sprintf("run-test-key-%06d", o.keys)
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) refused(what string, err, want error) {
	o.Helper()
	if !errors.Is(err, want) {
		o.Errorf("%s: %v, want %v", what, err, want)
	}
}

func person(n byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: n}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return person(2, access.Treasurer) }

func (o *office) owner() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 5}}, Grants: []access.Grant{{Role: access.MerchantOwner, Organisation: o.shop.ID}}}
}

// asked is a redemption of units just changed at the desk.
func (o *office) asked(euros string) conversion.Redemption {
	o.Helper()
	_, _, err := o.euros.Convert(o.Context(), person(3, access.DeskAgent), o.key(), conversion.ConvertInput{Holder: o.shop.ID, Euros: money.MustParse(euros), Channel: conversion.AtDesk})
	o.must(err)
	r, _, err := o.euros.RequestRedemption(o.Context(), o.owner(), o.key(), conversion.RequestRedemptionInput{Holder: o.shop.ID, Amount: money.MustParse(euros)})
	o.must(err)
	return r
}

func (o *office) paidTo(iban, name string) error {
	_, _, err := o.SetAccount(o.Context(), o.owner(), o.key(), conversion.SetPayoutAccountInput{Holder: o.shop.ID, IBAN: iban, Name: name}, nil)
	return err
}

// TestARunHasOneFile exports a run twice in each version, on different days.
func TestARunHasOneFile(t *testing.T) {
	each(t, func(o *office) {
		ctx := o.Context()
		o.must(o.paidTo("fr14 2004 1010 0505 0001 3M02 606", "Épicerie & Fils"))
		red := o.asked("100.00")
		r, _, err := o.Prepare(ctx, treasurer(), o.key(), conversion.PrepareRunInput{})
		o.must(err)
		if r.ExecuteOn != civil.New(2026, 4, 7) {
			o.Errorf("prepared on Maundy Thursday for %s, want the Tuesday after Easter", r.ExecuteOn)
		}
		_, err = o.Export(ctx, treasurer(), r.ID, sepa.Credit09)
		o.refused("not approved (D9)", err, conversion.ErrRunNotApproved)
		_, _, err = o.euros.ApproveRun(ctx, person(4, access.Approver), o.key(), conversion.ApproveRunInput{Run: r.ID, Digest: r.Digest})
		o.must(err)
		_, err = o.Export(ctx, person(4, access.Approver), r.ID, sepa.Credit09)
		o.refused("by an approver", err, access.ErrForbidden)
		_, err = o.Export(ctx, treasurer(), r.ID, "11")
		o.refused("another version", err, fault.ErrInvalid)
		if got, err := o.euros.Redemption(ctx, treasurer(), red.ID); err != nil || got.Status != conversion.RedemptionInRun {
			o.Fatalf("a refused file sent it: %+v, %v", got, err)
		}
		first, err := o.Export(ctx, treasurer(), r.ID, sepa.Credit09)
		o.must(err)
		if first.Again || first.ExportedAt.IsZero() {
			o.Errorf("the first time: %+v", first)
		}
		if got, err := o.euros.Redemption(ctx, treasurer(), red.ID); err != nil || got.Status != conversion.RedemptionSent {
			o.Errorf("given out: %+v, %v", got, err)
		}
		o.at(civil.New(2026, 5, 1).Start())
		again, err := o.Export(ctx, person(8, access.Treasurer), r.ID, sepa.Credit09)
		o.must(err)
		if !bytes.Equal(first.Bytes, again.Bytes) || !again.Again || !again.ExportedAt.Equal(first.ExportedAt) {
			o.Errorf("again: %v, %s, %s", again.Again, first.ExportedAt, again.ExportedAt)
		}
		for _, want := range []string{red.EndToEnd(), "<Nm>Epicerie + Fils</Nm>", "<CtrlSum>95.00</CtrlSum>", shopRIB, "<ReqdExctnDt><Dt>2026-04-07</Dt>", "<MsgId>" + strings.Replace(r.ID.String(), "_", "-", 1)} {
			if !strings.Contains(string(first.Bytes), want) {
				o.Errorf("%s is missing from\n%s", want, first.Bytes)
			}
		}
		older, err := o.Export(ctx, treasurer(), r.ID, sepa.Credit03)
		o.must(err)
		follows(o.T, "pain.001.001.09", first.Bytes)
		follows(o.T, "pain.001.001.03", older.Bytes)
		_, err = o.Export(ctx, treasurer(), conversion.RunID{Bits: ident.Bits{1}}, sepa.Credit09)
		o.refused("no such run", err, fault.ErrMissing)
	})
}

func TestRunsThatBanksRefuse(t *testing.T) {
	each(t, func(o *office) {
		ctx := o.Context()
		o.must(o.paidTo(shopRIB, "Épicerie"))
		o.asked("100.00")
		_, _, err := o.Prepare(ctx, treasurer(), o.key(), conversion.PrepareRunInput{ExecuteOn: civil.New(2026, 4, 3)})
		o.refused("on Good Friday", err, run.ErrUnwritable)
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || !strings.Contains(f.Fields[0].Pointer, "date") {
			o.Errorf("where: %+v", f)
		}
		_, _, err = o.Prepare(ctx, treasurer(), o.key(), conversion.PrepareRunInput{ExecuteOn: civil.New(2026, 4, 2)})
		o.must(err)
	})
}

// TestS5S7AccountsThatBanksRefuse holds what the border itself does not know.
func TestS5S7AccountsThatBanksRefuse(t *testing.T) {
	each(t, func(o *office) {
		for name, c := range map[string]struct{ iban, name string }{
			"wrong digits":               {"FR1420041010050500013M02607", "É"},
			"another length":             {"FR142004101005050001", "É"},
			"another country":            {"BR1500000000000010932840814P2", "É"},
			"outside the EEA, no BIC":    {"CH9300762011623852957", "É"},
			"a name no bank can read":    {shopRIB, "北京"},
			"a name too long as written": {shopRIB, strings.Repeat("œ", 36)},
		} {
			o.refused(name, o.paidTo(c.iban, c.name), fault.ErrInvalid)
		}
		_, _, err := o.SetAccount(o.Context(), person(3, access.DeskAgent), o.key(), conversion.SetPayoutAccountInput{Holder: o.shop.ID, IBAN: "x"}, nil)
		o.refused("nobody else learns what is wrong", err, access.ErrForbidden)
		a, _, err := o.SetAccount(o.Context(), treasurer(), o.key(), conversion.SetPayoutAccountInput{Holder: o.shop.ID, IBAN: shopRIB, Name: "É"}, nil)
		o.must(err)
		_, _, err = o.ApproveAccount(o.Context(), person(4, access.Approver), o.key(), conversion.ApprovePayoutAccountInput{Account: a.ID, IBAN: "fr14 2004 1010 0505 0001 3m02 606"}, nil)
		o.must(err)
	})
}

// TestG3ProposedTransfers reads what should move in a book with cash at a desk, a
// commission, and euros in the wrong pool's account.
func TestG3ProposedTransfers(t *testing.T) {
	each(t, func(o *office) {
		ctx := o.Context()
		_, err := o.FundFile(ctx, treasurer(), sepa.Credit09)
		o.refused("an empty book", err, run.ErrNothingToMove)
		o.asked("100.00")
		propose := func() string {
			p, err := o.euros.Position(ctx, person(7, access.Auditor))
			o.must(err)
			var lines []string
			for _, x := range p.Proposals {
				lines = append(lines, fmt.Sprintf("%s %s %s %s>%s %v", x.Pool, x.Cause, x.Amount, x.From, x.To, x.ByBank))
			}
			return strings.Join(lines, "\n")
		}
		if got, want := propose(), "digital desk 100.00 eur:desk:halles>"+string(la)+" false"; got != want {
			o.Errorf("cash at the desk:\n%s\nwant\n%s", got, want)
		}
		_, err = o.FundFile(ctx, treasurer(), sepa.Credit09)
		o.refused("cash is no transfer", err, run.ErrNothingToMove)

		move := func(from, to ledger.Account, amount string) {
			_, _, err := o.euros.MoveEuros(ctx, treasurer(), o.key(), conversion.MoveEurosInput{From: from, To: to, Amount: money.MustParse(amount), BankReference: o.key()})
			o.must(err)
		}
		move(ledger.Operating, notes, "30.00")
		if got, want := propose(), "digital desk 100.00 eur:desk:halles>"+string(la)+" false\npaper surplus 30.00 "+string(notes)+">eur:bank:operating true"; got != want {
			o.Errorf("too much for notes:\n%s\nwant\n%s", got, want)
		}
		red := o.asked("20.00")
		_, _, err = o.euros.SettleRedemption(ctx, treasurer(), o.key(), conversion.SettleRedemptionInput{Redemption: red.ID, BankReference: "H"})
		o.must(err)
		f, err := o.FundFile(ctx, treasurer(), sepa.Credit09)
		o.must(err)
		again, err := o.FundFile(ctx, treasurer(), sepa.Credit09)
		o.must(err)
		if !bytes.Equal(f.Bytes, again.Bytes) || !strings.Contains(string(f.Bytes), "BE68539007547034") {
			o.Errorf("%s", f.Bytes)
		}
		follows(o.T, "pain.001.001.09", f.Bytes)
		// Euros that left the fund without right, as fees of the bank do.
		_, err = o.books.Execute(ctx, ledger.Command{Actor: treasurer(), Action: access.EurosMove, Key: o.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
			_, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: ledger.Operating, Credit: la, Amount: 5100}}})
			return ident.Ref{}, err
		})
		o.must(err)
		if got, want := propose(), "digital desk 120.00 eur:desk:halles>"+string(la)+" false\ndigital pool 30.00 "+string(notes)+">"+string(la)+" true\ndigital shortfall 20.00 eur:bank:operating>"+string(la)+" true"; got != want {
			o.Errorf("a shortfall:\n%s\nwant\n%s", got, want)
		}
		_, err = o.FundFile(ctx, treasurer(), "11")
		o.refused("another version", err, fault.ErrInvalid)
		_, err = o.FundFile(ctx, o.owner(), sepa.Credit09)
		o.refused("by a shop", err, access.ErrForbidden)
	})
}

// follows fails the test unless the file follows its schema; it skips aloud
// where the folder of formats is absent.
func follows(t *testing.T, name string, file []byte) {
	t.Helper()
	folder := os.Getenv("NORIA_FORMATS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "formats")
	}
	xsd := filepath.Join(folder, "xsd", name+".xsd")
	tool, err := exec.LookPath("xmllint")
	if _, missing := os.Stat(xsd); missing != nil || err != nil {
		t.Skipf("NOT PROVED: that files follow the schema %s (set NORIA_FORMATS, install xmllint)", name)
	}
	command := exec.Command(tool, "--noout", "--nonet", "--schema", xsd, "-")
	command.Stdin = bytes.NewReader(file)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, file)
	}
}
