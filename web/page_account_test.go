// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
)

// postbag keeps letters.
type postbag struct{ letters []mail.Envelope }

func (b *postbag) Carry(_ context.Context, e mail.Envelope) error {
	b.letters = append(b.letters, e)
	return nil
}

// letters returns what was written since the last call.
func (w *world) letters() []mail.Envelope {
	w.Helper()
	var bag postbag
	_, err := mail.New(w.ledger, &bag, slog.New(slog.DiscardHandler)).SendDue(w.Context(), job.System())
	must(w, err)
	return bag.letters
}

// value is that of a hidden field of a page.
func (a answer) value(name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return found[1]
}

// newcomer is somebody who joins by the pages.
type newcomer struct {
	*browser
	email, secret string
	codes         []string
}

const newPassword = "chèvre lavande moulin dix-sept"

// code is what the authenticator of a newcomer shows.
func (n *newcomer) code() string {
	n.w.Helper()
	code, err := totp.GenerateCode(n.secret, db.Now().Add(time.Duration(n.w.ahead.Load())))
	must(n.w, err)
	return code
}

// joins lets somebody join, from the form to the recovery codes.
func (w *world) joins(email string) *newcomer {
	w.Helper()
	n := &newcomer{browser: w.browser(), email: email}
	w.reads(n.open("/rejoindre"), `name="nom"`, `name="adresse"`)
	w.reads(n.send("/rejoindre", "nom", "Nora Petit", "adresse", email), "Nous avons écrit à")
	w.later(time.Second)
	letters := w.letters()
	if len(letters) != 1 {
		w.Fatalf("%d letters", len(letters))
	}
	at := regexp.MustCompile(`/rejoindre/\S+`).FindString(letters[0].Text)
	shown := n.open(at)
	w.reads(shown, "Nora Petit", `autocomplete="new-password"`, "<svg")
	n.secret = regexp.MustCompile(`<code>([A-Z2-7]+)</code>`).FindStringSubmatch(shown.body)[1]
	bad := n.send(at, "mot-de-passe", "motdepasse1234", "application", shown.value("application"), "code", n.code())
	w.reads(bad, "trop facile à deviner", n.secret)
	if bad.status != http.StatusUnprocessableEntity {
		w.Errorf("a weak password: %d", bad.status)
	}
	bad = n.send(at, "mot-de-passe", newPassword, "application", shown.value("application"), "code", "00000x")
	w.reads(bad, "Ce code n’est pas le bon", n.secret, "!"+newPassword)
	done := n.send(at, "mot-de-passe", newPassword, "application", shown.value("application"), "code", n.code())
	w.reads(done, "Vos codes de secours")
	for _, found := range regexp.MustCompile(`<code>([0-9a-z-]{19})</code>`).FindAllStringSubmatch(done.body, -1) {
		n.codes = append(n.codes, found[1])
	}
	if len(n.codes) != 10 || n.cookie() == nil {
		w.Fatalf("%d codes, %v:\n%s", len(n.codes), n.cookie(), done.body)
	}
	if again := n.ask(http.MethodGet, at, ""); again.status != http.StatusConflict {
		w.Errorf("the link a second time: %d", again.status)
	}
	w.later(30 * time.Second)
	return n
}

// TestPeopleJoinAndSignIn goes through the pages without a script.
func TestPeopleJoinAndSignIn(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.reads(n.open("/portefeuille"), "Nora Petit")
		first := n.cookie().Value
		step := n.send("/connexion/mot-de-passe", "adresse", n.email, "mot-de-passe", newPassword, "suite", "/portefeuille")
		w.reads(step, "Code à six chiffres", `name="suite" value="/portefeuille"`)
		wrong := n.send("/connexion/code", "etape", step.value("etape"), "code", "12345x", "suite", "/portefeuille")
		w.reads(wrong, "Ce code n’est pas le bon", `aria-invalid="true"`)
		code := n.code()
		in := n.send("/connexion/code", "etape", step.value("etape"), "code", code, "suite", "/portefeuille")
		if in.status != http.StatusSeeOther || in.header.Get("Location") != "/portefeuille" || n.cookie().Value == first {
			w.Fatalf("%d %v", in.status, in.header)
		}
		if _, err := w.session.Authenticate(w.Context(), first); err == nil {
			w.Error("the session from before the sign-in still holds")
		}
		for code, words := range map[string]string{code: "Ce code n’est pas le bon", "": "Ce code n’est pas le bon"} {
			w.reads(w.browser().send("/connexion/code", "etape", step.value("etape"), "code", code), words)
		}
		w.reads(w.browser().send("/connexion/code", "etape", "made up", "code", "123456"), "Le temps pour donner le code est passé")
		back := w.browser().send("/connexion/code", "etape", step.value("etape"), "code", n.codes[0], "suite", "//evil.example")
		if back.header.Get("Location") != "/" {
			w.Errorf("a recovery code: %d %s", back.status, back.header.Get("Location"))
		}
		for _, leak := range []string{newPassword, n.secret, n.codes[0], code, n.email} {
			if strings.Contains(w.log.String(), leak) {
				w.Errorf("the log holds %q", leak)
			}
		}
	})
}

// TestPagesDoNotTellWhoHasAnAccount compares what somebody sees who tries a known
// address and one that nobody has.
func TestPagesDoNotTellWhoHasAnAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		fresh := regexp.MustCompile(`data-options="[^"]*"|name="etat" value="[^"]*"`) // challenges are never the same
		same := func(path string, pairs ...string) {
			w.Helper()
			known := w.browser().send(path, append([]string{"adresse", "nora@example.org"}, pairs...)...)
			unknown := w.browser().send(path, append([]string{"adresse", "nobo@example.org"}, pairs...)...)
			known.body, unknown.body = fresh.ReplaceAllString(known.body, ""), fresh.ReplaceAllString(unknown.body, "")
			if known.status != unknown.status || strings.ReplaceAll(known.body, "nora@", "nobo@") != unknown.body {
				w.Errorf("%s: %d and %d\n%s\n%s", path, known.status, unknown.status, known.body, unknown.body)
			}
		}
		same("/connexion/mot-de-passe", "mot-de-passe", "not the password")
		same("/rejoindre", "nom", "X")
		w.later(time.Second)
		var known, verify int
		for _, l := range w.letters() {
			switch {
			case l.To == n.email && strings.Contains(l.Text, "/connexion"):
				known++
			case l.To == "nobo@example.org" && strings.Contains(l.Text, "/rejoindre/"):
				verify++
			}
		}
		if known != 1 || verify != 1 {
			w.Errorf("%d and %d letters", known, verify)
		}
		for range 12 {
			w.browser().send("/connexion/mot-de-passe", "adresse", n.email, "mot-de-passe", "x")
		}
		held := w.browser().send("/connexion/mot-de-passe", "adresse", n.email, "mot-de-passe", newPassword)
		w.reads(held, "Trop d’essais", `value="nora@example.org"`)
		if held.status != http.StatusTooManyRequests || held.header.Get("Retry-After") == "" {
			w.Errorf("%d %v", held.status, held.header)
		}
		w.reads(w.browser().send("/rejoindre", "nom", "", "adresse", "x"), "Donnez un nom", "Cette adresse est mal écrite")
	})
}

// TestOnesOwnAccount changes how one signs in, and ends sessions elsewhere.
func TestOnesOwnAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.reads(n.open("/compte"), n.email, "Codes de secours restants", "(cette session)", `href="/compte/mot-de-passe"`, "!Confirmer que c’est moi")
		codes := n.send("/compte/secours")
		w.reads(codes, "Vos codes de secours", "!"+n.codes[0])

		shown := n.open("/compte/mot-de-passe")
		w.reads(n.send("/compte/mot-de-passe", "mot-de-passe", "short", "application", shown.value("application"), "code", "1"), "trop facile à deviner")
		n.secret = regexp.MustCompile(`<code>([A-Z2-7]+)</code>`).FindStringSubmatch(shown.body)[1]
		if a := n.send("/compte/mot-de-passe", "mot-de-passe", newPassword+" bis", "application", shown.value("application"), "code", n.code()); a.header.Get("Location") != "/compte" {
			w.Errorf("%d %s", a.status, a.body)
		}
		w.later(time.Minute)

		elsewhere := w.browser()
		step := elsewhere.send("/connexion/mot-de-passe", "adresse", n.email, "mot-de-passe", newPassword+" bis")
		elsewhere.send("/connexion/code", "etape", step.value("etape"), "code", n.code())
		list := elsewhere.open("/compte")
		w.reads(list, "Fermer toutes les autres sessions")
		if a := elsewhere.send("/compte/sessions/fin"); a.header.Get("Location") != "/compte" {
			w.Errorf("%d %s", a.status, a.body)
		}
		if a := n.ask(http.MethodGet, "/compte", ""); a.header.Get("Location") != "/connexion?suite=%2Fcompte" {
			w.Errorf("a session that was ended elsewhere: %d", a.status)
		}

		w.later(6 * time.Minute)
		w.reads(elsewhere.open("/compte"), "Confirmer que c’est moi", "!/compte/mot-de-passe")
		for _, path := range []string{"/compte/secours", "/compte/mot-de-passe", "/compte/cle/psk_00000000000000000000000001/retrait"} {
			if a := elsewhere.send(path, "x", "y"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/connexion?suite=/compte" {
				w.Errorf("%s without a fresh proof: %d %s", path, a.status, a.header.Get("Location"))
			}
		}
		w.reads(elsewhere.open("/connexion?suite=/compte"), "C’est bien vous ?")

		stranger := w.signedIn("citizen2")
		if a := stranger.send("/compte/sessions/" + w.known["citizen.token"] + "/fin"); a.status != http.StatusForbidden {
			w.Errorf("somebody else's session: %d", a.status)
		}
		w.reads(stranger.open("/compte"), `action="/compte/adresse"`)
		w.reads(stranger.send("/compte/adresse", "adresse", "x"), "Cette adresse est mal écrite")
		w.reads(stranger.send("/compte/adresse", "adresse", "second@example.org"), "Nous avons écrit")
	})
}
