// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// IssuerPath is where an issuer of identities sends people back to, below the
// base URL: it has to be told to the issuer.
const IssuerPath = "/connexion/identite/retour"

// Issuer is an issuer of identities by OpenID Connect, such as the one of a town
// hall: people can sign in with it beside our own proofs. The zero one is none.
type Issuer struct {
	Name   string // what people call it, on a button
	URL    string // https, as the issuer itself writes it
	Client string // what this service is called there
	Secret string // "" for a client that has none
}

// String says that there is an issuer, and nothing of its secret.
func (i Issuer) String() string { return i.URL }

// GoString says the same as String.
func (i Issuer) GoString() string { return i.URL }

// The limits of what is asked of an issuer.
const (
	issuerPatience = 10 * time.Second
	issuerAnswer   = 1 << 20 // bytes
	issuerPause    = 10 * time.Second
	subjectLongest = 255 // bytes, as OpenID Connect Core says in section 2
)

// algorithms are the ways in which an issuer may sign: with a key of which we hold
// the public half. A token that is not signed, or with a secret that we share, is
// none.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
}

// issuer asks an issuer. What it says of itself is asked for when somebody first
// wants to sign in with it, so that the service starts without it.
type issuer struct {
	Issuer
	back   string // the address that people come back to
	now    func() time.Time
	client *http.Client

	mu    sync.Mutex
	known *oidc.Provider
	tried time.Time // when it was last asked in vain
}

// newIssuer returns nil where there is no issuer.
func newIssuer(i Issuer, base string, now func() time.Time) *issuer {
	if i.URL == "" {
		return nil
	}
	return &issuer{Issuer: i, back: strings.TrimSuffix(base, "/") + IssuerPath, now: now, client: issuerClient()}
}

// issuerClient asks one host after another as the issuer's own description names
// them, follows no redirect, and reads no answer without an end (ASVS 1.3.6).
func issuerClient() *http.Client {
	return &http.Client{Timeout: issuerPatience,
		Transport:     bounded{&http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// bounded ends answers that are too long.
type bounded struct{ next http.RoundTripper }

// RoundTrip asks the next one.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, issuerAnswer)
	}
	return answer, err
}

// provider is the issuer as it describes itself, read once. It returns
// ErrIssuerAway; whoever asks again within ten seconds is told so without asking
// the issuer.
func (i *issuer) provider(ctx context.Context) (*oidc.Provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known != nil {
		return i.known, nil
	}
	if since := i.now().Sub(i.tried); since >= 0 && since < issuerPause {
		return nil, ErrIssuerAway
	}
	// What it is read with is kept for its keys: it must outlive the request.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), i.client), i.URL)
	if err == nil {
		err = i.private(p)
	}
	if err != nil {
		i.tried = i.now()
		return nil, fmt.Errorf("%w: %w", ErrIssuerAway, err)
	}
	i.known = p
	return p, nil
}

// private returns an error where an issuer that is reached by TLS describes a way
// that is not.
func (i *issuer) private(p *oidc.Provider) error {
	var keys struct {
		At string `json:"jwks_uri"`
	}
	if err := p.Claims(&keys); err != nil {
		return err
	}
	scheme, _, _ := strings.Cut(i.URL, ":")
	described := []string{p.Endpoint().AuthURL, p.Endpoint().TokenURL, keys.At}
	if at := p.UserInfoEndpoint(); at != "" {
		described = append(described, at)
	}
	for _, at := range described {
		if !strings.HasPrefix(at, scheme+"://") {
			return fmt.Errorf("the issuer names %q", at)
		}
	}
	return nil
}

func (i *issuer) config(p *oidc.Provider) oauth2.Config {
	at := p.Endpoint()
	if i.Secret == "" { // a code is shown once, and not first with a secret that is none
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return oauth2.Config{ClientID: i.Client, ClientSecret: i.Secret, Endpoint: at, RedirectURL: i.back,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// leave returns the address at the issuer that a browser is sent to.
func (i *issuer) leave(ctx context.Context, j journey) (string, error) {
	p, err := i.provider(ctx)
	if err != nil {
		return "", err
	}
	c := i.config(p)
	return c.AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)), nil
}

// claims are what the issuer says of somebody.
type claims struct {
	Subject  string
	Party    string `json:"azp"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
}

// claims exchanges a code for what the issuer says of whoever brought it, and
// checks the signature, the issuer, the audience, the times and the nonce. It
// returns ErrIssuerRefused or ErrIssuerAway; neither repeats what came.
func (i *issuer) claims(ctx context.Context, j journey, code string) (claims, error) {
	p, err := i.provider(ctx)
	if err != nil {
		return claims{}, err
	}
	ctx = oidc.ClientContext(ctx, i.client)
	c := i.config(p)
	answer, err := c.Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return claims{}, ErrIssuerRefused
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := p.VerifierContext(ctx, &oidc.Config{ClientID: i.Client, SupportedSigningAlgs: algorithms(), Now: i.now}).Verify(ctx, raw)
	if err != nil {
		return claims{}, ErrIssuerRefused
	}
	var said claims
	if err := token.Claims(&said); err != nil {
		return claims{}, ErrIssuerRefused
	}
	said.Subject = token.Subject
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(j.Nonce)) != 1,
		said.Party != "" && said.Party != i.Client,
		said.Party == "" && len(token.Audience) > 1, // for whom of them it was issued is not said
		said.Subject == "" || len(said.Subject) > subjectLongest:
		return claims{}, ErrIssuerRefused
	}
	if said.Email == "" && p.UserInfoEndpoint() != "" {
		return i.more(ctx, p, answer, said)
	}
	return said, nil
}

// more asks the issuer for name and address where its token does not say them: an
// issuer need not say there what it says on demand (OpenID Connect Core, section
// 5.4). It returns ErrIssuerRefused for what is said of somebody else. Where there
// is no answer, what the token said stands: that is enough for whoever has linked
// their account.
func (i *issuer) more(ctx context.Context, p *oidc.Provider, answer *oauth2.Token, said claims) (claims, error) {
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(answer))
	if err != nil {
		return said, nil
	}
	if info.Subject != said.Subject {
		return claims{}, ErrIssuerRefused
	}
	var named struct {
		Name string `json:"name"`
	}
	if err := info.Claims(&named); err != nil {
		return said, nil
	}
	said.Name, said.Email, said.Verified = named.Name, info.Email, info.EmailVerified
	return said, nil
}
