// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"encoding/csv"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
)

// figure reads an amount that a page shows.
func (w *world) figure(text string) money.Amount {
	w.Helper()
	sign := money.Amount(1)
	text = strings.TrimPrefix(text, "+")
	if rest, negative := strings.CutPrefix(text, "−"); negative {
		sign, text = -1, rest
	}
	a, err := locale.ParseAmount(text)
	must(w, err)
	return sign * a
}

// page of a history: its lines, the balances around them and the ways on.
type leaf struct {
	lines            []money.Amount
	entries          []string
	opening, closing money.Amount
	older, newer     string
}

func (w *world) leaf(a answer) leaf {
	w.Helper()
	var l leaf
	for _, found := range regexp.MustCompile(`data-line>([^<]*)<`).FindAllStringSubmatch(a.body, -1) {
		l.lines = append(l.lines, w.figure(html.UnescapeString(found[1])))
	}
	for _, found := range regexp.MustCompile(`class="who"><a href="/portefeuille/mouvements/([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		l.entries = append(l.entries, found[1])
	}
	around := func(name string) money.Amount {
		found := regexp.MustCompile(`data-` + name + `><span aria-hidden="true">([^<]*)<`).FindStringSubmatch(a.body)
		if found == nil {
			return 0
		}
		return w.figure(found[1])
	}
	l.opening, l.closing = around("opening"), around("closing")
	way := func(rel string) string {
		found := regexp.MustCompile(`rel="` + rel + `" href="([^"]*)"`).FindStringSubmatch(a.body)
		if found == nil {
			return ""
		}
		return html.UnescapeString(found[1])
	}
	l.older, l.newer = way("next"), way("prev")
	return l
}

// TestU4TheHistoryAddsUp goes through a long history both ways: every page lies
// between two balances, and nothing is missed or shown twice.
func TestU4TheHistoryAddsUp(t *testing.T) {
	inWorld(t, func(w *world) {
		w.withBonus()
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"10.00","channel":"desk"}`)
		for i := range 60 {
			w.made("citizen", "/v1/payments", fmt.Sprintf(`{"to":"${shop.code}","amount":"1.%02d","message":"Pain %d"}`, i, i))
		}
		b := w.signedIn("citizen")
		var pages []leaf
		seen := map[string]int{}
		for path := "/portefeuille/historique"; path != ""; path = pages[len(pages)-1].older {
			p := w.leaf(b.open(path))
			sum := money.Amount(0)
			for _, line := range p.lines {
				sum += line
			}
			if p.closing-p.opening != sum || len(p.lines) == 0 {
				w.Errorf("%s: from %s to %s are %d lines of %s", path, p.opening, p.closing, len(p.lines), sum)
			}
			if n := len(pages); n > 0 && pages[n-1].opening != p.closing {
				w.Errorf("%s ends with %s, the page after it begins with %s", path, p.closing, pages[n-1].opening)
			}
			for _, e := range p.entries {
				seen[e]++
			}
			pages = append(pages, p)
		}
		if len(pages) != 3 || len(seen) != 62 || pages[0].closing != w.available("citizen") || pages[2].opening != 0 || pages[0].newer != "" {
			w.Errorf("%d pages, %d entries, from %s to %s", len(pages), len(seen), pages[len(pages)-1].opening, pages[0].closing)
		}
		for i := 2; i > 0; i-- { // and back
			back := w.leaf(b.open(pages[i].newer))
			if fmt.Sprint(back.entries) != fmt.Sprint(pages[i-1].entries) {
				w.Errorf("back from page %d are\n%v, want\n%v", i, back.entries, pages[i-1].entries)
			}
		}
		for _, bad := range []string{"avant=x!", "apres=-1", "avant=zzzz"} {
			if a := b.ask("GET", "/portefeuille/historique?"+bad, ""); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		file := b.ask("GET", "/portefeuille/historique.csv", "")
		rows := w.table(file)
		total := money.Amount(0)
		for _, row := range rows[1:] {
			total += w.cell(row[6])
		}
		if len(rows) != 64 || total != w.available("citizen") || w.cell(rows[1][7]) != w.available("citizen") {
			w.Errorf("%d rows of %s", len(rows), total)
		}
		if kinds := rows[len(rows)-2][2]; kinds != "Bonus" && rows[len(rows)-3][2] != "Bonus" && rows[61][2] != "Bonus" {
			w.Errorf("no bonus in the table: %v", rows[60:])
		}
	})
}

// table reads a file as a spreadsheet does.
func (w *world) table(a answer) [][]string {
	w.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(a.header.Get("Content-Disposition"), `attachment; filename="historique.csv"`) {
		w.Fatalf("%d %v", a.status, a.header)
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff")))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	must(w, err)
	return rows
}

// cell reads an amount of a table.
func (w *world) cell(text string) money.Amount {
	w.Helper()
	rest, negative := strings.CutPrefix(text, "-")
	a, err := money.Parse(strings.Replace(rest, ",", ".", 1))
	must(w, err)
	if negative {
		return -a
	}
	return a
}

func TestTheHistoryIsSearched(t *testing.T) {
	inWorld(t, func(w *world) {
		w.withBonus()
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"10.00","channel":"desk"}`)
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"3.00","message":"=Crème brûlée"}`)
		w.made("citizen2", "/v1/payments", `{"to":"${citizen.number}","amount":"4.00","message":"Covoiturage"}`)
		b := w.signedIn("citizen")
		today := time.Now().In(time.FixedZone("Paris", 3600)).Format(time.DateOnly)
		for query, want := range map[string]string{
			"texte=creme":                        "-3.00",
			"texte=CITIZEN2":                     "4.00",
			"texte=bonus":                        "2.00",
			"texte=rien+du+tout":                 "",
			"genre=bonus":                        "2.00",
			"genre=conversion":                   "10.00 120.00",
			"genre=out":                          "-3.00",
			"genre=payment&texte=co":             "4.00",
			"du=2000-01-01&au=2000-12-31&genre=": "",
			"du=" + today + "&genre=out":         "-3.00",
		} {
			a := b.open("/portefeuille/historique?" + query)
			var got []string
			for _, line := range w.leaf(a).lines {
				got = append(got, line.Format())
			}
			if strings.Join(got, " ") != want {
				w.Errorf("%s finds %v, want %s", query, got, want)
			}
			if rows := w.table(b.ask("GET", "/portefeuille/historique.csv?"+query, "")); len(rows) != len(got)+1 {
				w.Errorf("%s: the file has %d rows, the page %d lines", query, len(rows)-1, len(got))
			}
			if want == "" {
				w.reads(a, "Aucun mouvement ne correspond", "Tout afficher")
			}
		}
		if file := b.ask("GET", "/portefeuille/historique.csv?texte=creme", ""); !strings.Contains(file.body, ";'=Crème brûlée;") {
			w.Errorf("a formula: %s", file.body)
		}
		for query, words := range map[string]string{"du=hier": "« hier » n’est pas une date lisible", "du=2026-11-02&au=2026-11-01": "vient avant le début", "genre=or": "Choisissez un type"} {
			for _, path := range []string{"/portefeuille/historique?", "/portefeuille/historique.csv?"} {
				a := b.ask("GET", path+query, "")
				w.reads(a, strings.ReplaceAll(strings.ReplaceAll(words, "« ", "«\u00a0"), " »", "\u00a0»"))
				if a.status != http.StatusUnprocessableEntity {
					w.Errorf("%s: %d", query, a.status)
				}
			}
		}
		if a := b.ask("GET", "/portefeuille/historique?du="+"%22%3E%3Cscript%3E", ""); strings.Contains(a.body, "<script>") {
			w.Error("what was typed is markup")
		}
	})
}

func TestD1TheReceiptOfAMovement(t *testing.T) {
	inWorld(t, func(w *world) {
		w.withBonus()
		w.keep("ten", w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"10.00","channel":"desk"}`))
		w.keep("paid", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"12.50","message":"<b>Pain</b>"}`))
		w.keep("back", w.made("merchant", "/v1/payments/${paid}/refunds", `{"amount":"2.50"}`))
		w.keep("gift", w.made("citizen2", "/v1/payments", `{"to":"${citizen.number}","amount":"4.00"}`))
		b := w.signedIn("citizen")
		at := func(name string) answer { return b.open(w.say("/portefeuille/mouvements/${" + name + ".entry}")) }
		w.reads(at("ten"), "&#43;12,00", "&#43;10,00", "Bonus", "&#43;2,00", "132,00")
		w.reads(at("paid"), "−12,50", "Épicerie", ">${paid.match_code}<", "&lt;b&gt;Pain", "Déjà remboursé", "2,50", "${paid}", "montrez ce reçu à Épicerie")
		w.reads(at("back"), "&#43;2,50", w.say("/portefeuille/mouvements/${paid.entry}"), "merchant")
		w.reads(at("gift"), "&#43;4,00", "citizen2", "!${citizen2.number}", "!@", "!montrez ce reçu")
		w.reads(w.signedIn("merchant").open("/portefeuille/mouvements/${paid.entry}"), "&#43;12,50", "citizen", "!${citizen.number}", ">${paid.match_code}<")
		for as, path := range map[string]string{"citizen2": "${paid.entry}", "rival": "${paid.entry}", "treasurer": "${paid.entry}", "citizen": nobodys("ent_")} {
			if a := w.signedIn(as).ask("GET", "/portefeuille/mouvements/"+path, ""); a.status != http.StatusForbidden {
				w.Errorf("%s: %d", as, a.status)
			}
		}
		if a := b.ask("GET", "/portefeuille/mouvements/ent_x", ""); a.status != http.StatusForbidden {
			w.Errorf("no entry: %d", a.status)
		}
	})
}
