// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

func debitSamples(seen named) []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	row := mandateRow{Path: "/prelevements/mdt_1", Status: "active", Rhythm: "monthly", Day: "5", IBAN: "FR76 •••• 0143", Euros: m("30.00"), SignedOn: noon}
	low, once := row, row
	low.Rhythm, low.Low, low.Status = "low", m("20.00"), "suspended"
	once.Rhythm, once.Status = "once", "void"
	form := mandatesView{Wallet: "wal_1", Collects: true, Creditor: nasty, ICS: "FR72ZZZ123456", NoticeDays: "14", First: noon, Today: noon,
		Form: mandateForm{Key: "page_1", Rhythm: "once"}, Mandates: []mandateRow{row, low, once}}
	wrong := form
	wrong.Form = mandateForm{Key: "page_1", Amount: nasty, Rhythm: "low", Day: nasty, Low: nasty, IBAN: nasty, Name: nasty, AmountBad: nasty, DayBad: nasty,
		LowBad: nasty, IBANBad: nasty, NameBad: nasty, AgreeBad: nasty, Refusal: turnedDown()}
	quoted := form
	quoted.Form.Amount, quoted.Form.Rhythm, quoted.Mandates = "50", "monthly", nil
	quoted.Quote = &quoteView{Euros: m("50.00"), Bonus: m("10.00"), Credited: m("60.00"), Funder: nasty, Limited: true, Month: true, Left: m("140.00")}
	stale := form
	stale.Prove = "/connexion?suite=%2Fprelevements"
	list := []pagetest.Sample{seen("mandates", form.sheet()), seen("mandates wrong", wrong.sheet()), seen("mandates quoted", quoted.sheet()),
		seen("mandates to prove", stale.sheet()), seen("mandates closed", mandatesView{Form: mandateForm{Key: "page_1"}}.sheet())}
	for _, status := range []string{"active", "suspended", "revoked", "closed", "void"} {
		v := mandateView{mandateRow: row, RUM: "ROUE-06DCA3NXP8QZ7V5XTDJ4K3M9AC", Name: nasty, Creditor: nasty, ICS: "FR72ZZZ123456", UsedOn: noon,
			Form: mandateForm{Key: "page_1", Amount: nasty, Day: nasty, AmountBad: nasty, DayBad: nasty, Refusal: turnedDown()}}
		v.Status, v.Amends, v.Ends = status, status == "active", status == "active" || status == "suspended"
		for _, far := range []string{"noticed", "in_run", "sent", "collected", "returned", "cancelled"} {
			v.Debits = append(v.Debits, debitRow{On: noon, Euros: m("30.00"), Status: far})
		}
		for _, code := range debit.Codes() {
			v.Debits = append(v.Debits, debitRow{On: noon, Euros: m("30.00"), Status: "returned", Reason: code, Order: "/change/cnv_1"})
		}
		list = append(list, seen("mandate "+status, v.sheet()))
	}
	empty := mandateView{mandateRow: low, RUM: nasty, Amends: true, Ends: true, Prove: "/connexion?suite=%2Fprelevements", Form: mandateForm{Key: "page_1"}}
	typed := empty
	typed.Prove, typed.Form = "", mandateForm{Key: "page_1", Low: nasty, LowBad: nasty}
	full := standingView{Reference: "ROUEP-7F3K9Q-5", Payee: nasty, IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", Entered: "50", Euros: m("50.00")}
	refused := standingView{Entered: nasty, Refusal: turnedDown()}
	bad := full
	bad.Entered, bad.Problem, bad.Euros = nasty, nasty, 0
	return append(list, seen("mandate to prove", empty.sheet()), seen("mandate typed", typed.sheet()),
		seen("standing", full.sheet()), seen("standing wrong", bad.sheet()), seen("standing none", refused.sheet()))
}

// TestS1TheMandateSaysWhatIsSigned holds what the text of a mandate may not leave
// out: creditor, identifier, day, both authorisations, refund and notice.
func TestS1TheMandateSaysWhatIsSigned(t *testing.T) {
	for _, s := range samples() {
		if s.Name != "mandates quoted" {
			continue
		}
		said, markup := pagetest.Text(t, s, Room().Room)
		for _, words := range []string{"FR72ZZZ123456", "23 novembre 2026", "vous autorisez", "votre banque à le débiter", "huit semaines", "treize mois", "au moins 14 jours avant",
			"dont 10,00 offerts par"} {
			if !strings.Contains(said, words) {
				t.Errorf("the mandate does not say %q:\n%s", words, said)
			}
		}
		for _, part := range []string{`name="accord"`, `name="rythme" id="rythme-monthly" value="monthly" checked`, `data-word-button="Signer ce mandat"`} {
			if !strings.Contains(markup, part) {
				t.Errorf("the page does not hold %s", part)
			}
		}
	}
}
