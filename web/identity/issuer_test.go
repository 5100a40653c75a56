// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity/issuertest"
	"github.com/noria-mlc/noria/web/session"
)

// hall is the issuer of a town hall, that a town signs in with.
func (w *town) hall() *issuertest.Issuer {
	i := issuertest.New(w.T, w.clock)
	w.issuer = newIssuer(Issuer{Name: "la mairie", URL: i.URL, Client: issuertest.Client, Secret: issuertest.Secret}, w.base, w.clock)
	return i
}

func amina() issuertest.Person {
	return issuertest.Person{Subject: "s-1", Name: "Amina Diallo", Email: "Amina@Example.org", Verified: true}
}

// comes signs in with an issuer: there and back.
func (w *town) comes(i *issuertest.Issuer, who issuertest.Person) (Arrival, error) {
	w.Helper()
	d, err := w.Depart(w.Context(), "/portefeuille")
	if err != nil {
		w.Fatal(err)
	}
	return w.Arrive(w.Context(), Returned{Sealed: d.Sealed, Query: i.Visit(w.T, d.URL, who), Language: "fr"}, here())
}

// principal is whoever holds a session.
func (w *town) principal(opened session.Issued) session.Principal {
	w.Helper()
	p, err := w.sessions.Authenticate(w.Context(), opened.Text)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// linked links an identity to an account, from inside.
func (w *town) linked(i *issuertest.Issuer, opened session.Issued, who issuertest.Person) error {
	w.Helper()
	p := w.principal(opened)
	d, err := w.DepartToLink(w.Context(), p)
	if err != nil {
		return err
	}
	a, err := w.Arrive(w.Context(), Returned{Sealed: d.Sealed, Query: i.Visit(w.T, d.URL, who), Principal: p}, here())
	if err != nil {
		return err
	}
	return w.Link(w.Context(), Change{Principal: p}, a.Linking)
}

func TestANewPersonComesFromAnIssuer(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		a, err := w.comes(i, amina())
		if err != nil || a.Letter != "Amina@example.org" || a.Session.Text != "" {
			t.Fatalf("%+v %v", a, err)
		}
		letters := w.sent()
		if len(letters) != 1 || letters[0].To != "Amina@example.org" {
			t.Fatalf("%+v", letters)
		}
		in, _ := w.setup()
		welcome, err := w.Accept(w.Context(), link(t, letters[0]), in, here())
		if err != nil {
			t.Fatal(err)
		}
		a, err = w.comes(i, amina())
		if err != nil || a.Session.User != welcome.Session.User || a.Next != "/portefeuille" {
			t.Fatalf("%+v %v", a, err)
		}
		// What the issuer calls the person matters no more: the subject does.
		other := amina()
		other.Email, other.Verified = "new@example.org", false
		if a, err = w.comes(i, other); err != nil || a.Session.User != welcome.Session.User {
			t.Errorf("%+v %v", a, err)
		}
	})
}

// TestAnIssuerSaysNamesOnDemandOnly meets an issuer whose tokens name nobody, as
// the standard has it by default.
func TestAnIssuerSaysNamesOnDemandOnly(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		i.Apart(func(map[string]any) {})
		a, err := w.comes(i, amina())
		if err != nil || a.Letter != "Amina@example.org" {
			t.Fatalf("%+v %v", a, err)
		}
		letters := w.sent()
		in, _ := w.setup()
		welcome, err := w.Accept(w.Context(), link(t, letters[0]), in, here())
		if err != nil {
			t.Fatal(err)
		}
		if h, err := w.ledger.Holder(w.Context(), w.principal(welcome.Session).Actor.Holder); err != nil || h.Name != "Amina Diallo" {
			t.Errorf("%+v, %v", h, err)
		}
		for why, about := range map[string]func(map[string]any){
			"of somebody else": func(said map[string]any) { said["sub"] = "s-2" },
			"of nobody":        func(said map[string]any) { delete(said, "sub") },
		} {
			i.Apart(about)
			if a, err := w.comes(i, amina()); !errors.Is(err, ErrIssuerRefused) || a.Session.Text != "" {
				t.Errorf("what is said %s: %+v %v", why, a, err)
			}
		}
		i.Apart(func(said map[string]any) { said["email_verified"] = false })
		if a, err := w.comes(i, issuertest.Person{Subject: "s-3", Email: "other@example.org"}); !errors.Is(err, ErrUnlinked) {
			t.Errorf("an address that nobody vouches for: %+v %v", a, err)
		}
		i.Apart(func(said map[string]any) { said["name"] = 7 }) // no answer that can be read
		if a, err := w.comes(i, amina()); err != nil || a.Session.User != welcome.Session.User {
			t.Errorf("somebody whose account is linked: %+v %v", a, err)
		}
	})
}

// TestASVS681NobodyIsTakenForTheOwnerOfAnAddress is the takeover by an issuer that
// says an address: an account that exists is never linked by it.
func TestASVS681NobodyIsTakenForTheOwnerOfAnAddress(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		m := w.member("amina@example.org")
		a, err := w.comes(i, amina())
		if err != nil || a.Session.Text != "" || a.Letter == "" {
			t.Fatalf("%+v %v", a, err)
		}
		letters := w.sent()
		if len(letters) != 1 || strings.Contains(letters[0].Text, "/rejoindre/") {
			t.Fatalf("a letter that leads to an account: %+v", letters)
		}
		if links, err := w.Links(w.Context(), m.Session.User); err != nil || len(links) != 0 {
			t.Fatalf("%v %v", links, err)
		}
		// An address that the issuer does not vouch for is written to by nobody.
		unsure := issuertest.Person{Subject: "s-2", Email: "victim@example.org"}
		if a, err := w.comes(i, unsure); !errors.Is(err, ErrUnlinked) || a.Letter != "" {
			t.Errorf("%+v %v", a, err)
		}
		if letters := w.sent(); len(letters) != 0 {
			t.Errorf("%d letters", len(letters))
		}
		// The same subject at another issuer is somebody else.
		if err := w.linked(i, m.Session, amina()); err != nil {
			t.Fatal(err)
		}
		elsewhere := w.hall()
		if a, err := w.comes(elsewhere, amina()); err != nil || a.Session.Text != "" {
			t.Errorf("%+v %v", a, err)
		}
	})
}

func TestALinkIsMadeAndTakenFromInside(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		m := w.member("amina@example.org")
		if err := w.linked(i, m.Session, amina()); err != nil {
			t.Fatal(err)
		}
		if letters := w.sent(); len(letters) != 1 || !strings.Contains(letters[0].Text, "reliée") {
			t.Errorf("%+v", letters)
		}
		a, err := w.comes(i, amina())
		if err != nil || a.Session.User != m.Session.User {
			t.Fatalf("%+v %v", a, err)
		}
		vouched := w.principal(a.Session)
		// What the issuer says changes nothing of how one signs in.
		if _, err := w.DepartToLink(w.Context(), vouched); !errors.Is(err, ErrStale) {
			t.Errorf("link: %v", err)
		}
		if _, err := w.NewRecoveryCodes(w.Context(), Change{Principal: vouched}); !errors.Is(err, ErrStale) {
			t.Errorf("codes: %v", err)
		}
		if ok, err := w.sessions.Recently(w.Context(), vouched, time.Hour); ok || err != nil {
			t.Errorf("recently %v %v", ok, err)
		}
		// One identity for an account, and one account for an identity.
		if err := w.linked(i, m.Session, issuertest.Person{Subject: "s-2"}); !errors.Is(err, ErrLinked) {
			t.Errorf("second identity: %v", err)
		}
		second := w.member("bruno@example.org")
		if err := w.linked(i, second.Session, amina()); !errors.Is(err, ErrLinked) {
			t.Errorf("second account: %v", err)
		}
		fresh := w.principal(session.Issued{Text: w.again(m).Text})
		if err := w.Unlink(w.Context(), Change{Principal: fresh}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.sessions.Authenticate(w.Context(), a.Session.Text); !errors.Is(err, session.ErrUnauthenticated) {
			t.Errorf("a session that the issuer vouched for stays: %v", err)
		}
		if _, err := w.sessions.Authenticate(w.Context(), m.Session.Text); err != nil {
			t.Errorf("a session of an own proof: %v", err)
		}
		if err := w.Unlink(w.Context(), Change{Principal: fresh}); !errors.Is(err, ErrEnded) {
			t.Errorf("unlinked twice: %v", err)
		}
		if a, err := w.comes(i, amina()); err != nil || a.Session.Text != "" {
			t.Errorf("unlinked: %+v %v", a, err)
		}
	})
}

// again signs in by password and code.
func (w *town) again(m member) session.Issued {
	w.Helper()
	w.pass(period)
	opened, err := w.Code(w.Context(), w.begin(m), w.code(m.secret), here())
	if err != nil {
		w.Fatal(err)
	}
	return opened
}

func TestALinkIsAgreedToInItsOwnSession(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		m, other := w.member("amina@example.org"), w.member("bruno@example.org")
		p := w.principal(m.Session)
		d, err := w.DepartToLink(w.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		back := i.Visit(t, d.URL, amina())
		for name, who := range map[string]session.Principal{"nobody": {}, "another": w.principal(other.Session)} {
			if _, err := w.Arrive(w.Context(), Returned{Sealed: d.Sealed, Query: i.Visit(t, d.URL, amina()), Principal: who}, here()); !errors.Is(err, ErrEnded) {
				t.Errorf("%s: %v", name, err)
			}
		}
		a, err := w.Arrive(w.Context(), Returned{Sealed: d.Sealed, Query: back, Principal: p}, here())
		if err != nil || a.Who != "Amina@Example.org" || a.Session.Text != "" {
			t.Fatalf("%+v %v", a, err)
		}
		if err := w.Link(w.Context(), Change{Principal: w.principal(other.Session)}, a.Linking); !errors.Is(err, ErrEnded) {
			t.Errorf("another agrees: %v", err)
		}
		if err := w.Link(w.Context(), Change{Principal: p}, a.Linking); err != nil {
			t.Fatal(err)
		}
		if err := w.Link(w.Context(), Change{Principal: p}, a.Linking); !errors.Is(err, ErrEnded) {
			t.Errorf("agreed twice: %v", err)
		}
		w.pass(freshness)
		if _, err := w.DepartToLink(w.Context(), p); !errors.Is(err, ErrStale) {
			t.Errorf("long ago: %v", err)
		}
	})
}

// TestASVS105WhatAnIssuerSaysIsChecked sends back answers that prove nothing.
func TestASVS105WhatAnIssuerSaysIsChecked(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		m := w.member("amina@example.org")
		if err := w.linked(i, m.Session, amina()); err != nil {
			t.Fatal(err)
		}
		set := func(name string, value any) func(map[string]any) { return func(c map[string]any) { c[name] = value } }
		for name, lie := range map[string]func(map[string]any){
			"nonce":           set("nonce", "another"),
			"no nonce":        func(c map[string]any) { delete(c, "nonce") },
			"audience":        set("aud", "another-service"),
			"no audience":     func(c map[string]any) { delete(c, "aud") },
			"two audiences":   set("aud", []string{issuertest.Client, "another-service"}),
			"another party":   func(c map[string]any) { c["aud"], c["azp"] = []string{issuertest.Client, "x"}, "x" },
			"issuer":          set("iss", "https://issuer.example"),
			"no issuer":       func(c map[string]any) { delete(c, "iss") },
			"expired":         set("exp", w.clock().Add(-time.Second).Unix()),
			"never ends":      func(c map[string]any) { delete(c, "exp") },
			"not yet":         set("nbf", w.clock().Add(time.Hour).Unix()),
			"no subject":      func(c map[string]any) { delete(c, "sub") },
			"long subject":    set("sub", strings.Repeat("x", 256)),
			"subject no text": set("sub", 7),
		} {
			i.Lie(lie)
			if a, err := w.comes(i, amina()); !errors.Is(err, ErrIssuerRefused) || a.Session.Text != "" {
				t.Errorf("%s: %+v %v", name, a, err)
			}
			w.pass(time.Minute)
		}
		i.Lie(nil)
		stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		base := base64.RawURLEncoding
		for name, sign := range map[string]func(string) string{
			"alg none": func(c string) string {
				return base.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base.EncodeToString([]byte(c)) + "."
			},
			"alg HS256 by the secret": func(c string) string {
				text := base.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + base.EncodeToString([]byte(c))
				mac := hmac.New(sha256.New, []byte(issuertest.Secret))
				mac.Write([]byte(text))
				return text + "." + base.EncodeToString(mac.Sum(nil))
			},
			"another key":    func(c string) string { return oidctest.SignIDToken(stranger, "k1", oidc.ES256, c) },
			"an unknown key": func(c string) string { return oidctest.SignIDToken(stranger, "k2", oidc.ES256, c) },
			"nothing":        func(string) string { return "" },
			"no token":       func(string) string { return "a.b.c" },
		} {
			i.Sign(sign)
			if a, err := w.comes(i, amina()); !errors.Is(err, ErrIssuerRefused) || a.Session.Text != "" {
				t.Errorf("%s: %+v %v", name, a, err)
			}
			w.pass(time.Minute)
		}
		i.Sign(nil)
		if a, err := w.comes(i, amina()); err != nil || a.Session.Text == "" {
			t.Errorf("honest: %+v %v", a, err)
		}
	})
}

// TestASVS1021AJourneyBelongsToOneBrowser brings codes and states back in ways in
// which their browser did not set out.
func TestASVS1021AJourneyBelongsToOneBrowser(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		m := w.member("amina@example.org")
		if err := w.linked(i, m.Session, amina()); err != nil {
			t.Fatal(err)
		}
		depart := func() Departure {
			d, err := w.Depart(w.Context(), "/")
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		arrive := func(sealed string, q url.Values) error {
			_, err := w.Arrive(w.Context(), Returned{Sealed: sealed, Query: q}, here())
			return err
		}
		mine, theirs := depart(), depart()
		asked := i.Asked()
		back := i.Visit(t, theirs.URL, amina())
		for name, sealed := range map[string]string{"state of another browser": mine.Sealed, "no cookie": "", "made up": "x", "of another purpose": m.Session.Text} {
			if err := arrive(sealed, back); !errors.Is(err, ErrEnded) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := arrive(theirs.Sealed, url.Values{"code": back["code"]}); !errors.Is(err, ErrEnded) {
			t.Errorf("no state: %v", err)
		}
		if err := arrive(theirs.Sealed, url.Values{"state": back["state"], "error": {"access_denied"}}); !errors.Is(err, ErrIssuerRefused) {
			t.Errorf("refused there: %v", err)
		}
		if err := arrive(theirs.Sealed, url.Values{"state": back["state"], "code": back["code"], "iss": {"https://issuer.example"}}); !errors.Is(err, ErrIssuerRefused) {
			t.Errorf("mixed up: %v", err)
		}
		if i.Asked() != asked {
			t.Errorf("the issuer was asked %d times", i.Asked()-asked)
		}
		// A code that was stolen is worth nothing in a journey of one's own: PKCE.
		stolen := i.Visit(t, mine.URL, amina())
		if err := arrive(theirs.Sealed, url.Values{"state": back["state"], "code": stolen["code"]}); !errors.Is(err, ErrIssuerRefused) {
			t.Errorf("stolen code: %v", err)
		}
		if err := arrive(theirs.Sealed, back); err != nil {
			t.Fatal(err)
		}
		if err := arrive(theirs.Sealed, back); !errors.Is(err, ErrIssuerRefused) {
			t.Errorf("replayed code: %v", err)
		}
		// Even where the issuer gives another code for it, a journey holds once.
		if err := arrive(theirs.Sealed, i.Visit(t, theirs.URL, amina())); !errors.Is(err, ErrEnded) {
			t.Errorf("replayed journey: %v", err)
		}
		late := depart()
		w.pass(journeyLifetime)
		if err := arrive(late.Sealed, i.Visit(t, late.URL, amina())); !errors.Is(err, ErrEnded) {
			t.Errorf("late: %v", err)
		}
	})
}

// TestASVS633AnIssuerIsNoPasskey signs a treasurer in, and an account that was
// disabled.
func TestASVS633AnIssuerIsNoPasskey(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		m := w.member("amina@example.org")
		if err := w.linked(i, m.Session, amina()); err != nil {
			t.Fatal(err)
		}
		give, err := w.sessions.Giving(w.Context(), administrator(), m.Session.User, access.Grant{Role: access.Treasurer})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.ledger.Execute(w.Context(), ledger.Command{Actor: administrator(), Action: access.UserGrant, Key: w.newKey()},
			func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, give.Apply(tx) })
		if err != nil {
			t.Fatal(err)
		}
		a, err := w.comes(i, amina())
		if err != nil {
			t.Fatal(err)
		}
		p := w.principal(a.Session)
		if !p.Withheld || len(p.Actor.Grants) != 1 || p.Actor.Grants[0].Role != access.Citizen {
			t.Errorf("%+v", p)
		}
		if _, err := w.sessions.DisableUser(w.Context(), administrator(), w.newKey(), m.Session.User); err != nil {
			t.Fatal(err)
		}
		if a, err := w.comes(i, amina()); !errors.Is(err, session.ErrUnauthenticated) || a.Session.Text != "" {
			t.Errorf("disabled: %+v %v", a, err)
		}
	})
}

func TestIssuersAreAskedABoundedNumberOfTimes(t *testing.T) {
	each(t, func(w *town) {
		i := w.hall()
		var err error
		n := 0
		for ; n < 40 && !errors.Is(err, ErrLimited); n++ {
			_, err = w.comes(i, issuertest.Person{Subject: "nobody"})
		}
		if n != 11 {
			t.Errorf("limited after %d: %v", n, err)
		}
	})
}

func TestAnIssuerThatIsAwayHoldsNothingUp(t *testing.T) {
	each(t, func(w *town) {
		if _, err := w.Depart(w.Context(), "/"); !errors.Is(err, ErrEnded) || w.IssuerName() != "" {
			t.Errorf("without an issuer: %v", err)
		}
		i := w.hall()
		good := w.issuer
		w.issuer = newIssuer(Issuer{Name: "x", URL: i.URL + "/elsewhere", Client: issuertest.Client}, w.base, w.clock)
		for range 3 {
			if _, err := w.Depart(w.Context(), "/"); !errors.Is(err, ErrIssuerAway) {
				t.Errorf("away: %v", err)
			}
		}
		if i.Asked() != 1 {
			t.Errorf("asked %d times", i.Asked())
		}
		w.pass(issuerPause)
		if _, err := w.Depart(w.Context(), "/"); !errors.Is(err, ErrIssuerAway) || i.Asked() != 2 {
			t.Errorf("later: %v, asked %d times", err, i.Asked())
		}
		w.issuer = good
		if _, err := w.Depart(w.Context(), "/"); err != nil || w.IssuerName() != "la mairie" {
			t.Error(err)
		}
	})
}
