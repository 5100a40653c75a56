// SPDX-License-Identifier: AGPL-3.0-or-later

package issuertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

// Client and Secret are what the service under test is called here.
const (
	Client = "noria-under-test"
	Secret = "a secret of the issuer and of nobody else"
)

// Person is whom the issuer vouches for next.
type Person struct {
	Subject, Name, Email string
	Verified             bool
}

// Issuer answers on loopback until its test ends.
type Issuer struct {
	URL string

	now func() time.Time
	key *ecdsa.PrivateKey

	mu    sync.Mutex
	apart func(claims map[string]any) // what is said on demand only; nil where tokens say all
	last  map[string]any
	asked int
	given map[string]visit
	lie   func(claims map[string]any)
	sign  func(claims string) string
}

// visit is a code that was given out.
type visit struct {
	who                      Person
	challenge, nonce, comeTo string
}

// New starts an issuer whose tokens are dated by now.
func New(t testing.TB, now func() time.Time) *Issuer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &Issuer{now: now, key: key, given: make(map[string]visit)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.describe)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /person", i.person)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		i.asked++
		i.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	i.URL = server.URL
	return i
}

// Asked is how many requests there were.
func (i *Issuer) Asked() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked
}

// Lie changes the claims of every token from now on; nil is honest again.
func (i *Issuer) Lie(about func(claims map[string]any)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.lie = about
}

// Apart has name and address said on demand only, and not by tokens, as the
// standard has it by default; about changes what is said so.
func (i *Issuer) Apart(about func(claims map[string]any)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.apart = about
}

// Sign signs every token from now on in another way; nil is with its own key.
func (i *Issuer) Sign(how func(claims string) string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sign = how
}

// Visit is a browser that was sent here and proves to be somebody. It returns what
// the browser brings back.
func (i *Issuer) Visit(t testing.TB, at string, who Person) url.Values {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"client_id": Client, "response_type": "code", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Fatalf("asked with %s = %q", name, q.Get(name))
		}
	}
	if u.Scheme+"://"+u.Host+u.Path != i.URL+"/authorize" || q.Get("code_challenge") == "" || q.Get("nonce") == "" || len(q.Get("state")) < 22 || q.Has("code_verifier") {
		t.Fatalf("asked %s", at)
	}
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	code := base64.RawURLEncoding.EncodeToString(b[:])
	i.mu.Lock()
	defer i.mu.Unlock()
	i.given[code] = visit{who, q.Get("code_challenge"), q.Get("nonce"), q.Get("redirect_uri")}
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func (i *Issuer) describe(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token",
		"jwks_uri": i.URL + "/keys", "userinfo_endpoint": i.URL + "/person", "id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"}})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	part := func(b []byte) string {
		full := make([]byte, 32)
		copy(full[32-len(b):], b)
		return base64.RawURLEncoding.EncodeToString(full)
	}
	answer(w, map[string]any{"keys": []any{map[string]string{"kty": "EC", "crv": "P-256", "use": "sig", "alg": oidc.ES256, "kid": "k1",
		"x": part(i.key.X.Bytes()), "y": part(i.key.Y.Bytes())}}})
}

// token exchanges a code, once.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	client, secret, _ := r.BasicAuth()
	v, known := i.given[r.PostFormValue("code")]
	delete(i.given, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || client != Client || secret != url.QueryEscape(Secret) || r.PostFormValue("redirect_uri") != v.comeTo ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != v.challenge {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	now := i.now()
	claims := map[string]any{"iss": i.URL, "aud": Client, "sub": v.who.Subject, "nonce": v.nonce, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
		"name": v.who.Name, "email": v.who.Email, "email_verified": v.who.Verified}
	if i.apart != nil {
		i.last = map[string]any{"sub": v.who.Subject, "name": v.who.Name, "email": v.who.Email, "email_verified": v.who.Verified}
		for _, said := range []string{"name", "email", "email_verified"} {
			delete(claims, said)
		}
	}
	if i.lie != nil {
		i.lie(claims)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	signed := oidctest.SignIDToken(i.key, "k1", oidc.ES256, string(text))
	if i.sign != nil {
		signed = i.sign(string(text))
	}
	answer(w, map[string]any{"access_token": access, "token_type": "Bearer", "id_token": signed})
}

// access is the token that a person is asked for with.
const access = "the access token"

// person says on demand who brought the last code.
func (i *Issuer) person(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.apart == nil || r.Header.Get("Authorization") != "Bearer "+access {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	i.apart(i.last)
	answer(w, i.last)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}
