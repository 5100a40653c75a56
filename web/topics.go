// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/live"
	"github.com/noria-mlc/noria/web/site/shop"
)

// topics are the live topics of api.md, each with its right and its source.
func (s *Server) topics() live.Topics {
	return live.Topics{
		States: []live.StateTopic{
			{Prefix: "wallet:", Authorize: s.authorizeWallet, State: s.walletState, Concerns: live.Wallets},
			{Prefix: "payment-request:", Authorize: s.authorizeRequest, State: s.requestState,
				Concerns: live.Subjects{Prefix: "payment-request:", Noun: "prq_"}.Concerns},
			{Prefix: "campaign:", Authorize: s.authorizeCampaign, State: s.campaignState,
				Concerns: live.Subjects{Prefix: "campaign:", Noun: "cmp_"}.Concerns},
			{Prefix: "counter:", Authorize: s.authorizeCounter, State: s.counterState,
				Concerns: live.Subjects{Prefix: "counter:", Noun: "mer_"}.Concerns},
			{Prefix: "fund", Public: true, State: s.fundState, Concerns: live.Fund},
		},
		Events: []live.EventTopic{
			{Prefix: "merchant:", Suffix: "/payments", Authorize: s.authorizeReceipts,
				After: s.receiptsAfter, Concerns: s.receiptTopics("merchant:")},
			{Prefix: "counter:", Suffix: "/payments", Authorize: s.authorizeCounter,
				After: s.arrivalsAfter, Concerns: s.receiptTopics("counter:")},
		},
	}
}

// holding is the state of a wallet topic.
type holding struct {
	Booked    money.Amount `json:"booked"`
	Reserved  money.Amount `json:"reserved"`
	Available money.Amount `json:"available"`
}

func (s *Server) authorizeWallet(ctx context.Context, actor access.Actor, id string) error {
	var w ident.Wallet
	if w.UnmarshalText([]byte(id)) != nil || w.IsZero() {
		return fault.ErrMissing
	}
	if err := access.Allow(actor, access.WalletRead, ident.HolderOf(w)); err != nil {
		return err
	}
	return s.config.People.Looked(ctx, actor, ident.HolderOf(w), "wallet")
}

func (s *Server) walletState(ctx context.Context, id string) (live.State, error) {
	var w ident.Wallet
	if err := w.UnmarshalText([]byte(id)); err != nil {
		return live.State{}, err
	}
	h, err := s.config.Ledger.Holding(ctx, ident.HolderOf(w))
	return live.State{Seq: h.Seq, Version: h.Version, Body: holding{h.Booked, h.Reserved, h.Available}}, err
}

func (s *Server) authorizeRequest(ctx context.Context, actor access.Actor, id string) error {
	_, err := s.request(ctx, actor, id)
	return err
}

func (s *Server) request(ctx context.Context, actor access.Actor, id string) (merchant.PaymentRequest, error) {
	var r merchant.RequestID
	if r.UnmarshalText([]byte(id)) != nil || r.IsZero() {
		return merchant.PaymentRequest{}, fault.ErrMissing
	}
	return s.config.Merchant.PaymentRequest(ctx, actor, r)
}

func (s *Server) requestState(ctx context.Context, id string) (live.State, error) {
	r, err := s.request(ctx, reader(), id)
	if err != nil {
		return live.State{}, err
	}
	head, err := s.config.Ledger.Head(ctx, s.config.Ledger.Reader())
	return live.State{Seq: head.Seq, Version: r.Version(), Body: r}, err
}

func (s *Server) authorizeCampaign(ctx context.Context, actor access.Actor, id string) error {
	_, err := s.campaign(ctx, actor, id)
	return err
}

func (s *Server) campaign(ctx context.Context, actor access.Actor, id string) (conversion.Campaign, error) {
	var c conversion.CampaignID
	if c.UnmarshalText([]byte(id)) != nil || c.IsZero() {
		return conversion.Campaign{}, fault.ErrMissing
	}
	found, err := s.config.Conversion.Campaign(ctx, actor, c)
	return found, api.Concealed(actor, access.CampaignRead, err)
}

func (s *Server) campaignState(ctx context.Context, id string) (live.State, error) {
	c, err := s.campaign(ctx, reader(), id)
	if err != nil {
		return live.State{}, err
	}
	head, err := s.config.Ledger.Head(ctx, s.config.Ledger.Reader())
	return live.State{Seq: head.Seq, Version: c.Version, Body: c}, err
}

func (s *Server) fundState(ctx context.Context, _ string) (live.State, error) {
	f, err := s.config.Conversion.Fund(ctx, time.Time{})
	return live.State{Seq: f.Head.Seq, Version: f.Head.Seq, Body: f}, err
}

func (s *Server) authorizeReceipts(ctx context.Context, actor access.Actor, id string) error {
	m, err := s.merchant(ctx, id)
	if err != nil {
		return err
	}
	return access.Allow(actor, access.MerchantReceipt, m.Holder)
}

func (s *Server) merchant(ctx context.Context, id string) (merchant.Merchant, error) {
	var m merchant.ID
	if m.UnmarshalText([]byte(id)) != nil || m.IsZero() {
		return merchant.Merchant{}, fault.ErrMissing
	}
	return s.config.Merchant.Merchant(ctx, m)
}

// furthest is how many receipts are read back at once. A watcher that is behind
// by more than that is told to start afresh.
const furthest = 20_000

// receiptsAfter reads the oldest receipts after an entry's number, so that a
// watcher that goes on from the last of them misses none. The merchant's list
// begins with the newest: where there are more than the limit it is read again,
// further back.
func (s *Server) receiptsAfter(ctx context.Context, id string, seq int64, limit int) ([]live.Event, bool, error) {
	m, err := s.merchant(ctx, id)
	if err != nil {
		return nil, false, err
	}
	receipts, more, err := s.config.Merchant.Received(ctx, till(m), m.ID, seq, limit)
	if err == nil && more {
		if receipts, _, err = s.config.Merchant.Received(ctx, till(m), m.ID, seq, furthest); err == nil {
			receipts = receipts[:min(limit, len(receipts))]
		}
	}
	events := make([]live.Event, 0, len(receipts))
	for _, r := range receipts {
		events = append(events, live.Event{Seq: r.Seq, Payload: receiptEvent{r.Payment, r.Amount, r.MatchCode, r.At}})
	}
	return events, more, err
}

// receiptEvent is a payment received, as a till is told.
type receiptEvent struct {
	Payment   merchant.PaymentID `json:"payment"`
	Amount    money.Amount       `json:"amount"`
	MatchCode string             `json:"match_code"`
	At        time.Time          `json:"at"`
}

// receiptTopics names the topics of the merchants that a change paid. A holder
// with several merchants has all of them asked; each reads its own.
func (s *Server) receiptTopics(prefix string) func(ledger.Change) []string {
	return func(c ledger.Change) []string {
		var topics []string
		for _, e := range c.Entries {
			_, payee, ok := merchant.ReceiptOf(e)
			if !ok {
				continue
			}
			merchants, err := s.config.Merchant.MerchantOf(context.Background(), payee)
			if err != nil {
				s.log.Error("merchants of a payee", "holder", payee.String(), "error", err)
				continue
			}
			for _, m := range merchants {
				topics = append(topics, prefix+m.ID.String()+"/payments")
			}
		}
		return topics
	}
}

// liveSession says who opens a live connection. Nobody is allowed too, for the
// public topics; a token that does not hold any more is refused, so that its
// page knows that the session has ended. Below /ecran a screen connects, by its
// own cookie and as nothing else.
func (s *Server) liveSession(r *http.Request) (live.Session, error) {
	if strings.HasPrefix(r.URL.Path, "/ecran/") {
		return shop.Live(s.pages, r)
	}
	text, err := s.config.Session.FromRequest(r)
	if err != nil || text == "" {
		return live.Session{}, err
	}
	p, err := s.config.Session.Authenticate(r.Context(), text)
	if err != nil {
		return live.Session{}, err
	}
	return live.Session{Actor: p.Actor, Renew: func(ctx context.Context) (access.Actor, error) {
		// A page that keeps itself up to date is not somebody who uses it.
		again, err := s.config.Session.Recognise(ctx, text)
		if err == nil {
			// A connection is checked as soon as the journal tells of a revocation,
			// which is before whoever revokes has been answered: what the sessions
			// remember of the token may be older than that.
			err = s.config.Session.Stands(ctx, again.Token)
		}
		return again.Actor, err
	}}, nil
}

// changesRights says whether a command may have taken somebody's rights away.
// What this process remembers of its sessions is then read anew: another process
// may have executed the command.
func (s *Server) changesRights(c ledger.Change) bool {
	switch c.Action {
	case access.ScreenRevoke:
		return true
	case access.UserDisable, access.UserEnable, access.UserGrant, access.UserWithdraw, access.TokenRevoke, access.SessionClose,
		access.IdentityBlock, access.IdentityRenew, access.PersonErase:
		s.config.Session.Forget()
		return true
	}
	return false
}

// reader is who reads a state that is shared between the connections that were
// each allowed to watch it.
func reader() access.Actor {
	a := job.System()
	a.Grants = append(a.Grants, access.Grant{Role: access.Auditor})
	return a
}

// till is who reads a merchant's receipts for connections that were each
// allowed to watch them.
func till(m merchant.Merchant) access.Actor {
	a := job.System()
	a.Grants = append(a.Grants, access.Grant{Role: access.Cashier, Organisation: m.Holder})
	return a
}
