// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Options of the hints of a book.
type Options struct {
	Seed    []byte // secret that the key is made of; the same in every process on one book
	BaseURL string // of the pages: tells push services whom to write to
	Log     *slog.Logger

	// Hosts are the services that may be called, each with what stands below it;
	// those of the browser makers where nil. Dial and Roots are how a test brings
	// its own service; nil for public addresses and the roots of the system.
	Hosts []string
	Dial  func(ctx context.Context, network, address string) (net.Conn, error)
	Roots *x509.CertPool
}

// Service keeps subscriptions and sends hints. It is safe for concurrent use.
type Service struct {
	ledger  *ledger.Ledger
	key     key
	subject string
	hosts   []string
	client  *http.Client
	log     *slog.Logger
}

// New returns the hints of a book.
func New(l *ledger.Ledger, o Options) *Service {
	hosts := o.Hosts
	if hosts == nil {
		hosts = makers()
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{ledger: l, key: keyOf(o.Seed), subject: o.BaseURL, hosts: slices.Clone(hosts), client: caller(o), log: log}
}

type subscriptionNoun struct{}

// Prefix of a subscription's id.
func (subscriptionNoun) Prefix() string { return "psh_" }

// SubscriptionID is the id of a subscription. It is no secret.
type SubscriptionID = ident.ID[subscriptionNoun]

// Subscription is a browser that somebody wants hints in, as their own page shows
// it.
type Subscription struct {
	ID        SubscriptionID
	Label     string // the browser and the system, "" where they are not known
	CreatedAt time.Time
}

// Device is a browser that asks for hints.
type Device struct {
	Endpoint string `json:"endpoint"` // address that its maker gave it
	Label    string `json:"label"`
}

// labelLimit is how many bytes of a label are kept.
const labelLimit = 80

// Subscribe has the actor's own credits hinted at in a browser. Whoever had asked
// in the same browser before has it no more; of more than ten of one person the
// oldest ends. It returns ErrEndpoint, or what ledger.Execute returns.
func (s *Service) Subscribe(ctx context.Context, actor access.Actor, key string, d Device) (SubscriptionID, error) {
	if err := access.Allow(actor, access.PushSubscribe, actor.Holder); err != nil {
		return SubscriptionID{}, err
	}
	if !s.known(d.Endpoint) {
		return SubscriptionID{}, ErrEndpoint
	}
	end, err := s.ledger.Position(ctx)
	if err != nil {
		return SubscriptionID{}, err
	}
	label := strings.ToValidUTF8(d.Label[:min(len(d.Label), labelLimit)], "")
	command := ledger.Command{Actor: actor, Action: access.PushSubscribe, Owner: actor.Holder, Key: key, Input: d}
	out, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		id := SubscriptionID{Bits: tx.NewID()}
		for _, step := range []struct {
			query string
			args  []any
		}{
			{sqlOpenCursor, []any{end.Entry}},
			{sqlSkip, []any{end.Entry}},
			{sqlTakeOver, []any{d.Endpoint}},
			{sqlSubscribe, []any{id, actor.ID, actor.Holder, d.Endpoint, label, tx.Now().UnixMicro()}},
			{sqlDropOldest, []any{actor.ID}},
		} {
			if _, err := tx.Exec(step.query, step.args...); err != nil {
				return ident.Ref{}, err
			}
		}
		return id.Ref(), nil
	})
	return SubscriptionID{Bits: out.Ref.Bits}, err
}

// Unsubscribe ends a subscription of the actor's own. It returns
// fault.ErrMissing for any other, or what ledger.Execute returns.
func (s *Service) Unsubscribe(ctx context.Context, actor access.Actor, key string, id SubscriptionID) error {
	command := ledger.Command{Actor: actor, Action: access.PushSubscribe, Owner: actor.Holder, Key: key, Input: id}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		return id.Ref(), tx.Guard(fault.ErrMissing, sqlUnsubscribe, id, actor.ID)
	})
	return err
}

// Subscriptions lists the actor's own, oldest first. It returns ErrForbidden of
// access, or an error of the engine.
func (s *Service) Subscriptions(ctx context.Context, actor access.Actor) ([]Subscription, error) {
	if err := access.Allow(actor, access.PushSubscribe, actor.Holder); err != nil {
		return nil, err
	}
	return Of(ctx, s.ledger.Journal, actor.ID)
}

// Of lists the browsers that hint at a user's credits, oldest first, for whoever
// was allowed to ask. It returns an error of the engine.
func Of(ctx context.Context, j *ledger.Journal, user ident.User) ([]Subscription, error) {
	rows, err := j.Reader().QueryContext(ctx, sqlOf, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Subscription
	for rows.Next() {
		var sub Subscription
		var at int64
		if err := rows.Scan(&sub.ID, &sub.Label, &at); err != nil {
			return nil, err
		}
		sub.CreatedAt = time.UnixMicro(at).UTC()
		list = append(list, sub)
	}
	return list, rows.Err()
}

// Forget ends every subscription of a user within a command: their account is
// blocked, renewed or erased.
func Forget(tx *ledger.Tx, user ident.User) error {
	_, err := tx.Exec(sqlForget, user)
	return err
}
