// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestPagesSay reads each page in its states. A text that begins with "!" must
// not be said, one that begins with "<" or holds "=" is looked for in the markup.
func TestPagesSay(t *testing.T) {
	for name, texts := range map[string][]string{
		"till": {"Afficher le QR", "+12,50", "Connexion perdue — ne remettez pas la marchandise sans confirmation", `<form method="post" action="/caisse"`, `name="montant"`,
			`inputmode="decimal"`, `name="reference"`, `name="cle"`, `data-till="mer_1"`, `data-seq="40"`, `!aria-invalid="`, `!http-equiv="`, "Autre commerce"},
		"till refused":             {`aria-invalid="true"`, `aria-describedby="montant-faute"`, "!Reconversion", "!Écrans", "Journée"},
		"request open":             {`<section class="ask" data-when="open" `, `action="/caisse/prq_1/annulation"`, `<meta http-equiv="refresh" content="3">`, `<section class="over" data-when="paid" hidden`, `src="/caisse/prq_1/code.svg"`, "12,50 12 Roues 50", "Expire dans 1:42", "code 7K4P"},
		"request paid":             {`<body class="request paid"`, `<section class="over" data-when="paid" role="alert"`, "!http-equiv=", "!action=\"/caisse/prq_1/annulation\"", "Payé 12,50", "Code 47 le même que sur le téléphone du client", "13\u00a0h\u00a000"},
		"request expired":          {`data-when="open" hidden`, "!action=\"/caisse/prq_1/annulation\""},
		"request cancelled":        {`<section class="over" data-when="paid" hidden`, "La demande est annulée"},
		"day":                      {"Aujourd’hui", "1\u202f231,50", "2 paiements · 1 remboursement", "Reçu 1\u202f234,50", "Remboursé −3,00", "9 h 3,00", "Par commerce", `href="/caisse/journee/csv?jour=2026-11-23"`, "Seuls les 200"},
		"day of a cashier":         {"Aucun paiement ce jour-là", `!name="jour"`, "!Jour précédent"},
		"day of the past":          {"Jour suivant", `name="jour"`},
		"payment":                  {"Prix 12,50 €", "Réglé en Roues 12,50", "12,50 au plus", `action="/caisse/paiements/pay_1/remboursement"`, `value="12,50"`, "!Déjà remboursé", "TVA"},
		"payment refund refused":   {"Reste remboursable 10,00", "De l’argent a-t-il bougé ? Non.", `<details class="refund" open>`},
		"payment given back":       {"Remboursé", `!action="/caisse/paiements/pay_1/remboursement"`},
		"payment that is a refund": {"Rendu au client", "Voir le paiement remboursé", `!name="montant"`},
		"overview":                 {"Disponible 57,30", "19,00\u00a0€ doivent encore arriver", "123 456", "ABCDEFGH", `data-shop="wal_1"`},
		"overview of a new shop":   {"Aucune demande en cours", "!Numéro de commerce"},
		"redeem":                   {"20,00 reconvertis, commission de 1,00\u00a0€", "en cours : Dans un virement groupé", "échec : Refusée", `<form method="post" action="/caisse/reconversion"`, `href="/caisse/compte-bancaire`},
		"bank":                     {"FR14 •••• 2606", "À partir du 23 novembre 2026", "Remplacé", "Utilisé pour les versements", "48\u00a0heures", `name="iban"`},
		"bank refused":             {`aria-invalid="true"`, "Aucun compte bancaire pour l’instant"},
		"bank to prove":            {`!name="iban"`, "Confirmer que c’est moi"},
		"screens":                  {"ABCD EFGH", "Code valable jusqu’à 13\u00a0h\u00a000", "Relié le 23 novembre 2026", `action="/caisse/ecrans/scr_1/retrait"`},
		"no screens":               {"Aucun écran pour l’instant"},
		"poster":                   {"Ici, vous payez en Roues", "123 456", `<section class="printed a4">`, `src="/caisse/affiche/code.svg?commerce=`},
		"poster small":             {"ABCDEFGH", `<section class="printed a6">`},
		"outage":                   {"20\u00a0Roues au plus par paiement", "sous 72 heures", "commerce n° 123 456"},
		"pairing":                  {`<form method="post" action="/ecran"`, `aria-invalid="true"`, "ni le solde"},
		"screen idle":              {"123 456", "1\u202f234,50", "47", `src="/ecran/code.svg"`, `data-state="idle"`, `<meta http-equiv="refresh" content="3">`, `data-when="asked" hidden`, `data-when="paid" hidden`, `!href="/caisse`},
		"screen without number":    {"ABCDEFGH", "Aucun paiement aujourd’hui"},
		"screen asks":              {"À payer 12,50", "Expire dans 1:42", `src="/ecran/demandes/prq_1/code.svg"`, "7K4P2B", `data-when="idle" hidden`},
		"screen paid":              {"Payé 1\u202f234,50", "Code 47", `data-state="paid"`, `data-when="idle" hidden`},
	} {
		said, markup := pagetest.Text(t, sample(t, name), Room().Room)
		for _, text := range texts {
			wanted, absent := strings.CutPrefix(text, "!")
			in := said
			if strings.HasPrefix(wanted, "<") || strings.Contains(wanted, "=") {
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

// TestADeviceChangesItsSecretOnce: who saw the cookie before it was paired knows
// nothing afterwards, and a form sent twice makes one secret.
func TestADeviceChangesItsSecretOnce(t *testing.T) {
	before := newSecret()
	if after := become(before, "key-of-the-form"); after == before || after != become(before, "key-of-the-form") || after == become(before, "another-key") || after == become(newSecret(), "key-of-the-form") {
		t.Errorf("%s becomes %s", before, after)
	}
}

func TestFilesWriteAmountsForSpreadsheets(t *testing.T) {
	for lang, want := range map[string][2]string{"fr": {"1234,05", "-0,50"}, "en": {"1234.05", "-0.50"}} {
		if got := [2]string{written(123_405, lang), written(-50, lang)}; got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
