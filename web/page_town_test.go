// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/session"
)

// proved is the browser of somebody who has just proved who they are by a
// passkey.
func (w *world) proved(as string) *browser {
	w.Helper()
	secret := session.NewSecret()
	var opened session.Issued
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: job.System(), Action: access.IdentityJoin, Key: w.key(), Input: as},
		func(tx *ledger.Tx) (ident.Ref, error) {
			var err error
			opened, err = w.session.Admit(tx, session.Admission{User: w.actors[as].ID, Proof: session.ByPasskey, Label: as, Secret: secret})
			return w.actors[as].ID.Ref(), err
		})
	must(w, err)
	b := w.browser()
	at, err := url.Parse(w.server.URL)
	must(w, err)
	b.jar.SetCookies(at, []*http.Cookie{{Name: w.session.CookieName(), Value: opened.Text, Path: "/"}})
	return b
}

// upload sends a form with a file.
func (b *browser) upload(path, field string, file []byte, pairs ...string) answer {
	b.w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		must(b.w, form.WriteField(pairs[i], b.w.say(pairs[i+1])))
	}
	part, err := form.CreateFormFile(field, `../../etc/"passwd".html`)
	must(b.w, err)
	_, err = part.Write(file)
	must(b.w, err)
	must(b.w, form.Close())
	r, err := http.NewRequestWithContext(b.w.Context(), http.MethodPost, b.w.server.URL+path, &body)
	must(b.w, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	at, err := url.Parse(b.w.server.URL)
	must(b.w, err)
	for _, c := range b.jar.Cookies(at) {
		r.AddCookie(c)
	}
	response, err := b.w.client.Do(r)
	must(b.w, err)
	defer response.Body.Close()
	var got bytes.Buffer
	_, err = got.ReadFrom(response.Body)
	must(b.w, err)
	return answer{response.StatusCode, response.Header, got.String()}
}

// goes checks that a form leads somewhere, and returns where.
func (w *world) goes(a answer, pattern string) string {
	w.Helper()
	at := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !regexp.MustCompile("^"+pattern+"$").MatchString(at) {
		w.Fatalf("%d leads to %q, want %s: %s", a.status, at, pattern, a.body)
	}
	return at
}

// TestACampaignInFiveScreens writes a campaign as the agent, with mistakes on the
// way, and opens it as the mayor (P12, D9).
func TestACampaignInFiveScreens(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("agent")
		w.reads(b.open("/collectivite"), "town", "Aucune campagne", "Préparer une campagne", "Aucun versement")
		first := b.open("/collectivite/brouillons/nouveau/qui")
		wrong := b.send("/collectivite/brouillons/nouveau/qui", "cle", first.formKey(), "nom", "")
		w.reads(wrong, "Donnez un nom de 1 à 100", "Choisissez au moins un type")
		if wrong.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", wrong.status)
		}
		sent := []string{"cle", first.formKey(), "nom", "Bonus <b>d’hiver", "pour-individual", "1"}
		at := w.goes(b.send("/collectivite/brouillons/nouveau/qui", sent...), "/collectivite/brouillons/cdr_[a-z0-9]+/combien")
		if again := w.goes(b.send("/collectivite/brouillons/nouveau/qui", sent...), ".*"); again != at {
			w.Errorf("the form sent twice keeps two drafts: %s and %s", at, again)
		}
		base := strings.TrimSuffix(at, "combien")
		for step, c := range map[string]struct {
			pairs []string
			words []string
		}{
			"combien": {[]string{"taux", "120", "plafond", "abc"}, []string{"taux entre 0 et 100", "pas lisible", `value="abc"`}},
			"quand":   {[]string{"debut", "2026-13-01", "fin", "demain"}, []string{"Écrivez une date", `value="demain"`}},
			"cout":    {[]string{"budget", "0"}, []string{"Donnez le budget"}},
		} {
			a := b.send(base+step, append(c.pairs, "cle", w.key())...)
			w.reads(a, c.words...)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", step, a.status)
			}
		}
		w.reads(b.open(base+"envoi"), "À compléter : Combien", "À compléter : Jusqu’à quand", "À compléter : Coût", "!Envoyer pour approbation</button>")
		year := time.Now().Year()
		w.goes(b.send(base+"combien", "cle", w.key(), "taux", "20", "plafond", "50", "periode", "month"), base+"quand")
		w.goes(b.send(base+"quand", "cle", w.key(), "debut", fmt.Sprintf("%d-01-01", year), "fin", fmt.Sprintf("%d-12-31", year+1), "convention", "DEL-1", "signee", "2026-01-01"), base+"cout")
		w.reads(b.open(base+"cout"), "Moins de cinq personnes")
		w.goes(b.send(base+"cout", "cle", w.key(), "budget", "26000", "acte", "garder"), "/collectivite")
		w.reads(b.open("/collectivite"), "Bonus &lt;b&gt;d’hiver", "Brouillon du")
		last := b.open(base + "envoi")
		w.reads(last, "20,00", "26\u202f000,00", "DEL-1", "Envoyer pour approbation")
		campaign := w.goes(b.send(base+"envoi", "cle", last.formKey()), "/collectivite/campagnes/cmp_[a-z0-9]+")
		if gone := b.ask("GET", base+"envoi", ""); gone.status != http.StatusForbidden {
			w.Errorf("the draft that was sent is there: %d", gone.status)
		}
		w.goes(b.send(base+"abandon", "cle", w.key()), "/collectivite")
		w.reads(b.open(campaign), "À approuver", "!Approuver la campagne")
	})
}

// TestD9ACampaignIsApprovedByAnother approves in pages.
func TestD9ACampaignIsApprovedByAnother(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
		at := w.say("/collectivite/campagnes/${campaign}")
		w.reads(w.signedIn("agent").open(at), "À approuver", "!Approuver la campagne")
		if a := w.signedIn("agent").send(at+"/approbation", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("the agent approves: %d", a.status)
		}
		old := w.proved("mayor")
		w.reads(old.open("/collectivite"), "Décisions qui vous attendent", at)
		page := old.open(at)
		w.reads(page, "Approuver la campagne", "20,00", "agent")
		w.later(8 * time.Minute)
		old.open(at) // who works does not leave
		w.later(8 * time.Minute)
		w.goes(old.send(at+"/approbation", "cle", page.formKey()), "/connexion\\?suite=.*")
		mayor := w.proved("mayor")
		key := mayor.open(at).formKey()
		w.goes(mayor.send(at+"/approbation", "cle", key), at)
		w.goes(mayor.send(at+"/approbation", "cle", key), at)
		w.reads(mayor.open(at), "En cours", "mayor", "!Approuver la campagne", "Aucun change aidé")
		twice := mayor.send(at+"/approbation", "cle", w.key())
		w.reads(twice, "Aucun montant n’a été débité", "En cours")
		if twice.status != http.StatusConflict {
			w.Errorf("%d", twice.status)
		}
		for as, status := range map[string]int{"citizen": 403, "merchant": 403, "desk": 403, "treasurer": 403} {
			for _, path := range []string{"/collectivite", at, "/collectivite/indemnites", "/collectivite/paiements", "/collectivite/choix", "/collectivite/brouillons/nouveau/qui"} {
				if a := w.signedIn(as).ask("GET", path, ""); a.status != status {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
		}
		for path, status := range map[string]int{"/collectivite/campagnes/x": 404, "/collectivite/campagnes/" + nobodys("cmp_"): 403, "/collectivite/versements/" + nobodys("pbt_"): 403,
			"/collectivite/indemnites": 403, "/collectivite/brouillons/" + nobodys("cdr_") + "/qui": 403, "/collectivite/choix": 403} {
			if a := mayor.ask("GET", path, ""); a.status != status {
				w.Errorf("the mayor at %s: %d", path, a.status)
			}
		}
	})
}

// TestP8IndemnitiesFromAFile imports, mends, compares, sends, approves and follows
// a batch.
func TestP8IndemnitiesFromAFile(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("agent")
		page := b.open("/collectivite/choix")
		w.reads(page, "Aucun choix enregistré")
		bad := b.send("/collectivite/choix", "cle", page.formKey(), "membre", "1", "valeur", "abc", "depuis", "hier", "signe", "2099-01-01")
		w.reads(bad, "Aucun membre particulier", "pas lisible", "Écrivez une date", `value="hier"`)
		if bad.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", bad.status)
		}
		future := b.send("/collectivite/choix", "cle", w.key(), "membre", w.known["citizen.number"], "forme", "share", "valeur", "25", "depuis", "2026-01-01", "signe", "2099-01-01")
		w.reads(future, "ne peut pas être dans le futur")
		for _, who := range []string{"citizen", "citizen2"} {
			w.goes(b.send("/collectivite/choix", "cle", w.key(), "membre", w.known[who+".number"], "forme", "share", "valeur", "25", "depuis", "2026-01-01", "signe", "2026-01-01"), "/collectivite/choix")
		}
		w.reads(b.open("/collectivite/choix"), "citizen", "25,00", "Révoquer")

		for _, file := range []string{"%PDF-1.4", "PK\x03\x04\x00", "a;b\n1;2\n", "", "reference;holder;amount_eur\n\xff;1;2\n"} {
			a := b.upload("/collectivite/indemnites", "fichier", []byte(file), "cle", w.key(), "mois", "2026-10", "acte", "lire")
			w.reads(a, "pas un CSV lisible", "!passwd")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", file, a.status)
			}
		}
		long := "reference;holder;amount_eur\n" + strings.Repeat("A;12345674;1\n", 501)
		w.reads(b.upload("/collectivite/indemnites", "fichier", []byte(long), "cle", w.key(), "mois", "2026-10", "acte", "lire"), "plus de 500 lignes")
		file := w.say("reference;holder;amount_eur\nOCT-1;${citizen.number};120,00\nOCT-2;${citizen2.number};abc\n;${bakery.number};1\n")
		a := b.upload("/collectivite/indemnites", "fichier", []byte(file), "cle", w.key(), "mois", "2026-10", "acte", "lire")
		w.reads(a, `value="OCT-1"`, `value="abc"`, "pas lisible", "Donnez une référence", "!Envoyer pour approbation")
		if a.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", a.status)
		}
		batch := w.batchThrough(b, "2026-10", "120", "80", "60")
		if again := b.send("/collectivite/indemnites", "cle", w.key(), "mois", "2026-13", "acte", "verifier"); again.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", again.status)
		}
		w.settleThrough(batch, "260.00")

		copied := b.open("/collectivite/indemnites?copie=1&mois=2026-11")
		w.reads(copied, `value="OCT-1"`, `value="120,00"`, "sont copiées")
		checked := b.send("/collectivite/indemnites", "cle", w.key(), "mois", "2026-11", "acte", "verifier",
			"ref-1", "NOV-1", "membre-1", w.known["citizen.number"], "montant-1", "150", "ref-2", "NOV-3", "membre-2", w.known["bakery.number"], "montant-2", "5")
		w.reads(checked, "Comparé à 2026-10", "En hausse", "de 120,00\u00a0€ à 150,00\u00a0€", "Retiré", "recevait 80,00\u00a0€", "recevait 60,00", "Nouveau", "Une indemnité va à une personne", "5,00\u00a0€ ne pourraient pas")
	})
}

// batchThrough drafts a batch of three lines, the last of nobody's choice.
func (w *world) batchThrough(b *browser, month string, amounts ...string) string {
	w.Helper()
	lines := []string{"mois", month}
	for i, who := range []string{"citizen", "citizen2", "desk"} {
		n := fmt.Sprint(i + 1)
		lines = append(lines, "ref-"+n, "OCT-"+n, "membre-"+n, w.known[who+".number"], "montant-"+n, amounts[i])
	}
	checked := b.send("/collectivite/indemnites", append(lines, "cle", w.key(), "acte", "verifier")...)
	w.reads(checked, "premier lot", "Aucun choix écrit ne couvre ce mois", "260,00", "Envoyer pour approbation", "mayor")
	send := append(lines, "cle", checked.formKey(), "acte", "envoyer", "approbateur", w.known["mayor.user"])
	at := w.goes(b.send("/collectivite/indemnites", send...), "/collectivite/versements/pbt_[a-z0-9]+")
	if again := w.goes(b.send("/collectivite/indemnites", send...), ".*"); again != at {
		w.Errorf("sent twice: %s and %s", at, again)
	}
	return at
}

// settleThrough approves a batch as the mayor, funds and executes it.
func (w *world) settleThrough(at, total string) {
	w.Helper()
	agent, mayor := w.signedIn("agent"), w.proved("mayor")
	if a := agent.send(at+"/approbation", "cle", w.key(), "empreinte", "00"); a.status != http.StatusForbidden {
		w.Errorf("the agent approves: %d", a.status)
	}
	w.reads(mayor.open("/collectivite"), "adressé à vous", at)
	page := mayor.open(at)
	digest := regexp.MustCompile(`name="empreinte" value="([0-9a-f]{64})"`).FindStringSubmatch(page.body)[1]
	w.reads(page, "citizen", "Refuser et retirer", "Approbation demandée à")
	changed := mayor.send(at+"/approbation", "cle", w.key(), "empreinte", strings.Repeat("0", 64))
	w.reads(changed, "Aucun montant n’a été débité", digest)
	if changed.status != http.StatusConflict {
		w.Errorf("%d", changed.status)
	}
	w.goes(mayor.send(at+"/approbation", "cle", page.formKey(), "empreinte", digest), at)
	w.reads(agent.open(at), "Attend le virement", "FR76 3000 6000 0112", "!Retirer ce lot")
	if a := agent.send(at+"/retrait", "cle", w.key()); a.status != http.StatusConflict {
		w.Errorf("withdrawn after approval: %d", a.status)
	}
	if a := agent.ask("GET", at+"/justificatif.csv", ""); a.status != http.StatusConflict {
		w.Errorf("proof before execution: %d", a.status)
	}
	id := strings.TrimPrefix(at, "/collectivite/versements/")
	w.made("treasurer", "/v1/payout-batches/"+id+"/fundings", `{"amount_eur":"`+total+`","bank_reference":"VIR 1"}`)
	_, err := w.payout.ExecuteDue(w.Context(), job.System())
	must(w, err)
	w.reads(agent.open(at), "Exécuté", "Payée", "À rendre", "Justificatif (CSV)")
	proof := agent.ask("GET", at+"/justificatif.csv", "")
	if !strings.HasPrefix(proof.header.Get("Content-Disposition"), `attachment; filename="pbt_`) || !strings.Contains(proof.body, "total,,,,260.00,received") {
		w.Errorf("proof: %v %s", proof.header, proof.body)
	}
}

// TestP6PaymentOnBehalf drafts an invoice with its PDF, and withdraws it.
func TestP6PaymentOnBehalf(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("agent")
		pdf := []byte("%PDF-1.7\n" + strings.Repeat("x", 40_000) + "\n%%EOF\n")
		fields := func(more ...string) []string {
			return append([]string{"cle", w.key(), "objet", "invoice", "beneficiaire", "${bakery.number}", "piece", "F-2026-1", "montant", "240,50", "approbateur", "${mayor.user}"}, more...)
		}
		for name, c := range map[string]struct {
			file  string
			pairs []string
			words string
		}{
			"html":      {"<html><script>alert(1)</script>", fields(), "pas un PDF"},
			"cut":       {"%PDF-1.7\nhello", fields(), "pas un PDF"},
			"large":     {"%PDF-1.7\n" + strings.Repeat("x", payout.MaxPaper) + "%%EOF", fields(), "pas un PDF"},
			"none":      {"", fields(), "Joignez la facture"},
			"nobody":    {string(pdf), []string{"cle", w.key(), "beneficiaire", "123", "piece", "", "montant", ""}, "Aucun membre n’a ce numéro"},
			"no amount": {string(pdf), []string{"cle", w.key(), "beneficiaire", "${bakery.number}", "piece", "1", "montant", "abc"}, "pas lisible"},
		} {
			a := b.upload("/collectivite/paiements", "pdf", []byte(c.file), c.pairs...)
			w.reads(a, c.words)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", name, a.status)
			}
		}
		if a := b.upload("/collectivite/paiements", "pdf", bytes.Repeat([]byte("x"), 3<<20), fields()...); a.status != http.StatusUnprocessableEntity {
			w.Errorf("too large for the form: %d", a.status)
		}
		pairs := fields()
		at := w.goes(b.upload("/collectivite/paiements", "pdf", pdf, pairs...), "/collectivite/versements/pbt_[a-z0-9]+")
		if again := w.goes(b.upload("/collectivite/paiements", "pdf", pdf, pairs...), ".*"); again != at {
			w.Errorf("sent twice: %s", again)
		}
		w.reads(b.open(at), "Facture", "bakery", "F-2026-1", "240,50", "Télécharger la pièce", "mayor")
		paper := w.paperOf(w.proved("mayor"), at+"/piece.pdf")
		if paper.body != string(pdf) || paper.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(paper.header.Get("Content-Disposition"), "attachment;") ||
			!strings.HasPrefix(paper.header.Get("Content-Security-Policy"), "sandbox") || strings.Contains(paper.header.Get("Content-Disposition"), "passwd") {
			w.Errorf("the paper: %v", paper.header)
		}
		for _, as := range []string{"citizen", "rival", "desk"} {
			if a := w.signedIn(as).ask("GET", at+"/piece.pdf", ""); a.status != http.StatusForbidden {
				w.Errorf("%s reads the paper: %d", as, a.status)
			}
		}
		mayor := w.proved("mayor")
		key := mayor.open(at).formKey()
		w.goes(mayor.send(at+"/retrait", "cle", key+"-"), at)
		w.reads(mayor.open(at), "Retiré", "!Approuver")
		late := mayor.send(at+"/approbation", "cle", w.key(), "empreinte", strings.Repeat("0", 64))
		w.reads(late, "Ce lot a été retiré")
		if late.status != http.StatusConflict {
			w.Errorf("%d", late.status)
		}
	})
}

// paperOf reads a file whose policy is its own.
func (w *world) paperOf(b *browser, path string) answer {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.server.URL+path, nil)
	must(w, err)
	at, err := url.Parse(w.server.URL)
	must(w, err)
	for _, c := range b.jar.Cookies(at) {
		r.AddCookie(c)
	}
	response, err := w.client.Do(r)
	must(w, err)
	defer response.Body.Close()
	var got bytes.Buffer
	_, err = got.ReadFrom(response.Body)
	must(w, err)
	return answer{response.StatusCode, response.Header, got.String()}
}
