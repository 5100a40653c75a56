// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/session"
)

// journeyLifetime is how long somebody has to come back from an issuer.
const journeyLifetime = 10 * time.Minute

// journey is what a browser takes along, sealed, when it is sent to an issuer: it
// comes back in the same browser or not at all.
type journey struct {
	State, Nonce, Verifier string
	Next                   string
	User                   ident.User      // whose account is to be linked; zero to sign in
	Session                session.TokenID // in which that was asked for
	Until                  time.Time
}

// Departure is where a browser is sent, and what it keeps meanwhile.
type Departure struct {
	URL    string
	Sealed string // for a cookie, ten minutes at most
}

// Arrival is what follows when a browser comes back.
type Arrival struct {
	Next    string         // where the person wanted to go
	Session session.Issued // zero unless they signed in
	Letter  string         // the address that a letter to join was sent to, "" for none
	Linking string         // sealed, for the form that asks whether to link, "" for none
	Who     string         // whom the issuer named, for that form
}

// journeyGates hold back whoever has an issuer asked again and again: by one
// network, by one network in the long run, by everybody together.
func journeyGates() [3]gate {
	return [3]gate{{"issuer", 10, 30 * time.Second}, {"issuer network", 100, 6 * time.Second}, {"issuer everywhere", 600, time.Second}}
}

// IssuerName is what people call the issuer of identities that they can sign in
// with, "" where there is none.
func (s *Service) IssuerName() string {
	if s.issuer == nil {
		return ""
	}
	return s.issuer.Name
}

// Depart sends somebody to the issuer to sign in, and then to next. It returns
// ErrEnded where there is no issuer, or ErrIssuerAway.
func (s *Service) Depart(ctx context.Context, next string) (Departure, error) {
	return s.depart(ctx, journey{Next: next})
}

// DepartToLink sends somebody to the issuer to link an identity to their account.
// It returns ErrStale unless they proved who they are within five minutes, and
// what Depart returns.
func (s *Service) DepartToLink(ctx context.Context, p session.Principal) (Departure, error) {
	if err := s.Fresh(ctx, p); err != nil {
		return Departure{}, err
	}
	return s.depart(ctx, journey{User: p.Actor.ID, Session: p.Token})
}

func (s *Service) depart(ctx context.Context, j journey) (Departure, error) {
	if s.issuer == nil {
		return Departure{}, ErrEnded
	}
	j.State, j.Nonce, j.Verifier, j.Until = drawText(), drawText(), oauth2.GenerateVerifier(), s.ledger.Now().Add(journeyLifetime)
	at, err := s.issuer.leave(ctx, j)
	if err != nil {
		return Departure{}, err
	}
	sealed, err := s.key.write("journey", j)
	return Departure{URL: at, Sealed: sealed}, err
}

// drawText draws 256 bits.
func drawText() string {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("identity: no randomness: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Returned is how a browser came back from an issuer.
type Returned struct {
	Sealed    string // of the Departure, from the browser's cookie
	Query     url.Values
	Principal session.Principal // who is signed in, zero for nobody
	Language  string            // of letters
}

// Arrive reads what an issuer says of whoever comes back. Whoever wanted to sign in
// is let in where an account is linked to that identity; where none is, and the
// issuer vouches for their address, they are sent the same letter as whoever joins:
// an account that exists is never linked by its address. Whoever wanted to link is
// asked once more, by a form of ours. It returns ErrEnded for a browser that did not
// set out, or too long ago, ErrIssuerRefused, ErrIssuerAway, ErrUnlinked, ErrLimited,
// session.ErrUnauthenticated for a user who is disabled, or what ledger.Execute
// returns.
func (s *Service) Arrive(ctx context.Context, r Returned, from From) (Arrival, error) {
	var j journey
	if err := s.key.read("journey", r.Sealed, &j); err != nil {
		return Arrival{}, err
	}
	if s.issuer == nil || !s.ledger.Now().Before(j.Until) || subtle.ConstantTimeCompare([]byte(j.State), []byte(r.Query.Get("state"))) != 1 {
		return Arrival{}, ErrEnded
	}
	if named := r.Query.Get("iss"); r.Query.Get("code") == "" || (named != "" && named != s.issuer.URL) {
		return Arrival{Next: j.Next}, ErrIssuerRefused
	}
	if err := s.attempt(ctx, journeyGates(), "", from.Network); err != nil {
		return Arrival{}, err
	}
	said, err := s.issuer.claims(ctx, j, r.Query.Get("code"))
	if err != nil {
		return Arrival{Next: j.Next}, err
	}
	if !j.User.IsZero() {
		return s.arriveToLink(j, r.Principal, said)
	}
	linked, err := s.link(ctx, s.issuer.URL, said.Subject)
	if missing(err) {
		return s.arriveUnknown(ctx, j, r.Language, said, from)
	}
	if err != nil {
		return Arrival{}, err
	}
	i, err := s.find(ctx, sqlByUser, linked)
	if err != nil {
		return Arrival{}, err
	}
	issued, err := s.admit(ctx, i, admission{proof: session.ByIssuer, issuer: s.issuer.URL, from: from,
		use: func(tx *ledger.Tx) error { return s.stillLinked(tx, j, said.Subject, linked) }})
	return Arrival{Next: j.Next, Session: issued}, err
}

// stillLinked uses a journey up, and returns ErrUnlinked where the link was taken
// away meanwhile.
func (s *Service) stillLinked(tx *ledger.Tx, j journey, subject string, user ident.User) error {
	if err := spend(tx, j.State, j.Until); err != nil {
		return err
	}
	var now ident.User
	err := tx.QueryRow(sqlLinkedUser, s.issuer.URL, subject).Scan(&now)
	if missing(err) || (err == nil && now != user) {
		return ErrUnlinked
	}
	return err
}

// arriveUnknown answers somebody to whose identity no account is linked. Without an
// address that the issuer vouches for nothing is sent: nobody is linked to somebody
// else's address.
func (s *Service) arriveUnknown(ctx context.Context, j journey, language string, said claims, from From) (Arrival, error) {
	address, err := mail.Address(said.Email)
	if err != nil || !said.Verified {
		return Arrival{Next: j.Next}, ErrUnlinked
	}
	name := strings.TrimSpace(said.Name)
	if !validName(name) {
		name, _, _ = strings.Cut(address, "@")
	}
	err = s.invite(ctx, Invitation{User: ident.User{Bits: s.ledger.NewID()}, Joins: true, Name: name, Email: address,
		Issuer: s.issuer.URL, Subject: said.Subject}, language, from)
	return Arrival{Next: j.Next, Letter: address}, err
}

// arriveToLink readies the form that asks whether to link. The browser may have been
// sent on its way by somebody else's page, and be known to the issuer under somebody
// else's name: nothing is linked before its owner has read which identity it is.
func (s *Service) arriveToLink(j journey, p session.Principal, said claims) (Arrival, error) {
	if p.Actor.ID != j.User || p.Token != j.Session {
		return Arrival{}, ErrEnded
	}
	who := said.Email
	if who == "" {
		who = said.Name
	}
	if who == "" {
		who = said.Subject
	}
	if len(who) > subjectLongest {
		who = strings.ToValidUTF8(who[:subjectLongest], "")
	}
	sealed, err := s.key.write("linking", linking{User: j.User, Session: j.Session, Issuer: s.issuer.URL, Subject: said.Subject, Until: j.Until})
	return Arrival{Linking: sealed, Who: who}, err
}
