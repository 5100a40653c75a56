// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

const nasty = pagetest.Nasty

func noon() time.Time { return pagetest.Noon() }

func refusal() *page.Refusal {
	return &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
}

// open is an open intent, changed by what a state differs in.
func open(change func(*intentView)) intentView {
	v := intentView{ID: "int_1", Kind: "payment", Digest: "e3b0c442", Name: nasty, Message: nasty, Amount: money.MustParse("12.50"), Available: money.MustParse("57.30"),
		Status: "open", CreatedAt: noon().Add(-198 * time.Second), ExpiresAt: noon().Add(102 * time.Second), Now: noon(), Again: "/payer", Devices: "/compte/appareils?suite=%2Fpayer"}
	change(&v)
	return v
}

func byRequest(status string) intentView {
	return open(func(v *intentView) {
		v.Kind, v.Request, v.RequestStatus, v.Message, v.Reference, v.Version, v.Click = "request", "prq_1", status, "", nasty, 2, true
	})
}

func asked(status string, change func(*askedView)) askedView {
	v := askedView{ID: "prq_1", Code: "7K4P2B", Payee: nasty, Amount: money.MustParse("12.50"), Reference: nasty, Status: status, CreatedAt: noon(),
		ExpiresAt: noon().Add(102 * time.Second), Now: noon(), Key: nasty, Version: 1, Available: money.MustParse("57.30")}
	if change != nil {
		change(&v)
	}
	return v
}

// samples covers every page of the room in each of its states.
func samples() []pagetest.Sample {
	m := money.MustParse
	visitor := page.Visitor{Name: nasty, Wallet: true, Menu: []page.Entry{{Section: "wallet", Path: "/portefeuille"}}}
	var all []pagetest.Sample
	add := func(name string, status int, s page.Sheet) {
		s.Visitor = visitor
		all = append(all, pagetest.Sample{Name: name, Status: status, Sheet: s})
	}
	passkey := page.PasskeyForm{Action: "/payer/confirmation/int_1", Options: `{"challenge":"AAAA","rpId":"localhost"}`}
	add("entry", 200, entryView{Key: "key", Available: m("57.30"), Beneficiaries: []beneficiary{{nasty, "/payer?a=ABCDEFGH"}}}.sheet())
	add("entry of a sticker", 200, entryView{Key: "key", To: "ABCDEFGH", Shop: nasty, Available: m("57.30")}.sheet())
	add("entry refused", 422, entryView{Key: "key", To: nasty, ToProblem: nasty, Amount: nasty, AmountProblem: nasty, Message: nasty, MessageProblem: nasty, Refusal: refusal()}.sheet())
	for _, status := range []string{"open", "paid", "expired", "cancelled"} {
		add("asked "+status, 200, asked(status, nil).sheet())
		add("request "+status, 200, byRequest(status).sheet())
	}
	add("asked refused", 409, asked("open", func(v *askedView) { v.Refusal = refusal() }).sheet())
	add("asked without enough", 200, asked("open", func(v *askedView) { v.Available = m("3.10") }).sheet())
	add("intent by a click", 200, open(func(v *intentView) { v.Click = true }).sheet())
	add("intent by passkey", 200, open(func(v *intentView) { v.Passkey = passkey }).sheet())
	add("intent by passkey or PIN", 403, open(func(v *intentView) { v.Passkey, v.PIN, v.PINProblem, v.Refusal = passkey, true, nasty, refusal() }).sheet())
	add("intent by PIN", 200, open(func(v *intentView) { v.PIN = true }).sheet())
	add("intent by code", 403, open(func(v *intentView) { v.TOTP, v.CodeProblem, v.Refusal = true, nasty, refusal() }).sheet())
	add("intent locked", 403, open(func(v *intentView) { v.Locked, v.Refusal = true, refusal() }).sheet())
	add("intent without a way", 200, open(func(*intentView) {}).sheet())
	add("intent without enough", 200, open(func(v *intentView) { v.Click, v.Available = true, m("3.10") }).sheet())
	add("intent expired", 409, open(func(v *intentView) { v.Status = "expired" }).sheet())
	redeem := func(v *intentView) {
		v.Kind, v.Message, v.Euros, v.IBAN, v.Click, v.Again = "redemption", "", m("11.27"), "FR76 •••• 0189", true, "/caisse/reconversion"
	}
	add("redemption", 200, open(redeem).sheet())
	add("redemption to an account that changed", 200, open(func(v *intentView) { redeem(v); v.PaidFrom = noon() }).sheet())
	draw := func(v *intentView) {
		v.Kind, v.Message, v.Again, v.Lines = "notes", "", "/billets", []paper.Bundle{{Series: nasty, Face: m("2.50"), Quantity: 5}}
	}
	add("notes", 200, open(func(v *intentView) { draw(v); v.Passkey, v.PIN = passkey, true }).sheet())
	add("notes expired", 409, open(func(v *intentView) { draw(v); v.Status = "expired" }).sheet())
	add("redemption to nowhere", 200, open(func(v *intentView) { redeem(v); v.IBAN = "" }).sheet())
	add("receipt", 200, receiptView{Receipt: page.Receipt{Payment: "pay_1", Merchant: nasty, Amount: m("12.50"), Reference: nasty, At: noon(), MatchCode: "47", Balance: m("44.80")}}.sheet())
	add("receipt again", 200, receiptView{Receipt: page.Receipt{Payment: "pay_1", Merchant: nasty, Amount: m("12.50"), At: noon(), MatchCode: "47"}, Replayed: true}.sheet())
	bound := []boundDevice{{ID: "dev_1", Label: nasty, This: true, Locked: true, CreatedAt: noon(), ExpiresAt: noon(), UsedAt: noon()}, {ID: "dev_2", Label: nasty, CreatedAt: noon(), ExpiresAt: noon()}}
	add("devices", 200, devicesView{Fresh: true, Here: nasty, Next: "/payer/confirmation/int_1"}.sheet())
	add("devices bound", 422, devicesView{Fresh: true, Here: nasty, Bound: "dev_1", Locked: true, Devices: bound, PINProblem: nasty, RepeatProblem: nasty, Refusal: refusal()}.sheet())
	add("devices to prove", 200, devicesView{Prove: "/connexion?suite=%2Fcompte%2Fappareils", Bound: "dev_1", Devices: bound}.sheet())
	add("devices of a demonstration", 200, devicesView{Demo: true}.sheet())
	return all
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

// TestPagesSay reads each page in its states. A text that begins with "!" must
// not be there; one with a tag or an attribute is looked for in the markup.
func TestPagesSay(t *testing.T) {
	button, form := "Payer 12,50 Roues", `<form method="post" action="/payer/confirmation/int_1"`
	for name, texts := range map[string][]string{
		"entry":                                 {"Vous avez 57,30 Roues", `name="a"`, `inputmode="decimal"`, `!value="12`, `href="/payer?a=ABCDEFGH"`, `data-scanner hidden`},
		"entry of a sticker":                    {`value="ABCDEFGH"`, `name="montant"`, `!name="montant" value=`, "pas encore de bénéficiaire"},
		"entry refused":                         {`aria-invalid="true"`, "De l’argent a-t-il bougé ? Non."},
		"asked open":                            {`<form method="post" action="/payer/prq_1" data-go>`, "Rien n’est encore payé", "Expire dans 1:42", `!name="montant"`, "!" + button},
		"asked refused":                         {`action="/payer/prq_1"`, "!data-go="},
		"asked without enough":                  {"il vous manque 9,40", `!action="/payer/prq_1"`},
		"asked paid":                            {"Cette demande est déjà payée", `!action="/payer/prq_1"`},
		"asked expired":                         {"Cette demande a expiré", "Aucun montant n’a été débité"},
		"asked cancelled":                       {"Le commerçant a annulé cette demande"},
		"request open":                          {button, form, `data-pay="prq_1"`, `data-version="2"`},
		"request paid":                          {"déjà payée", "!" + form, `href="/portefeuille"`},
		"intent by a click":                     {button, form, `name="empreinte" value="e3b0c442"`, `!name="montant"`, `!name="a"`, "Disponible après 44,80", "Expire dans 1:42"},
		"intent by passkey":                     {button, `data-passkey="get"`, `&#34;challenge&#34;`, `!name="pin"`},
		"intent by passkey or PIN":              {"<details open>", `name="pin"`, `type="password"`, "De l’argent a-t-il bougé ? Non."},
		"intent by PIN":                         {"<details open>", `name="pin"`, button},
		"intent by code":                        {`name="code"`, `autocomplete="one-time-code"`},
		"intent locked":                         {"bloqué après cinq essais", `href="/compte/appareils?suite=%2Fpayer"`, "!" + form},
		"intent without a way":                  {"Il manque un moyen de confirmer", `href="/compte"`},
		"intent without enough":                 {"il vous manque 9,40", "!" + form},
		"intent expired":                        {"Les cinq minutes pour confirmer sont passées", "Aucun montant n’a été débité", "!" + form, `href="/payer"`},
		"redemption":                            {"Vous recevrez 11,27 € sur FR76 •••• 0189", "Commission 1,23 €", "Confirmer et recevoir 11,27\u00a0€"},
		"notes":                                 {"Vous demandez des billets auprès de", "5 × 2,50", "Mettre de côté 12,50 Roues", "Disponible après 44,80", `href="/billets"`, form},
		"notes expired":                         {"Les cinq minutes pour confirmer sont passées", "!" + form, `href="/billets"`},
		"redemption to nowhere":                 {"Aucun compte bancaire", `href="/caisse/compte-bancaire"`},
		"redemption to an account that changed": {"rien n’y est versé avant le 23 novembre 2026"},
		"receipt":                               {"Payé 12,50", "Code 47 le même", "Disponible maintenant 44,80", "Reçu n° pay_1", `<body class="receipt"`, "!n’a été débité qu’une fois"},
		"receipt again":                         {"n’a été débité qu’une fois"},
		"devices":                               {`action="/compte/appareils"`, `name="suite" value="/payer/confirmation/int_1"`, "Relier avec ce code"},
		"devices bound":                         {`action="/compte/appareils/dev_1/code"`, `action="/compte/appareils/dev_2/retrait"`, "(cet appareil)", "Bloqué après cinq essais"},
		"devices to prove":                      {`!name="pin"`, "Confirmer que c’est moi", `action="/compte/appareils/dev_1/retrait"`},
		"devices of a demonstration":            {`!name="pin"`, "un bouton suffit"},
	} {
		said, markup := pagetest.Text(t, sample(t, name), Room().Room)
		for _, text := range texts {
			wanted, absent := strings.CutPrefix(text, "!")
			in := said
			if strings.ContainsAny(wanted, "<=") || strings.Contains(wanted, "data-") || strings.HasPrefix(wanted, "&") {
				in = markup
			} else {
				wanted = strings.Join(strings.Fields(wanted), " ")
			}
			if strings.Contains(in, wanted) == absent {
				t.Errorf("%s: %q; it says:\n%s", name, text, said)
			}
		}
	}
}

func sample(t *testing.T, name string) pagetest.Sample {
	t.Helper()
	for _, s := range samples() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no sample is called %q", name)
	return pagetest.Sample{}
}
