// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/job"
)

// abandoned is how long an open checkout is asked after.
const abandoned = 30 * 24 * time.Hour

// Service takes euros by card through one provider.
type Service struct {
	gateway    Gateway
	conversion *conversion.Service
	base       string
	notice     func(context.Context) (conversion.TellCard, error)
	now        func() time.Time
	log        *slog.Logger
}

// Config is what a Service is made of.
type Config struct {
	Gateway    Gateway // nil where cards are not taken
	Conversion *conversion.Service
	BaseURL    string // of the pages that payers come back to
	Now        func() time.Time
	Log        *slog.Logger

	// Notice returns what tells the treasurers of a payment that changed after it was
	// booked; nil where nobody can be told.
	Notice func(context.Context) (conversion.TellCard, error)
}

// New returns the service of a provider.
func New(c Config) *Service {
	return &Service{c.Gateway, c.Conversion, c.BaseURL, c.Notice, c.Now, c.Log}
}

// Offered says whether cards are taken.
func (s *Service) Offered() bool { return s != nil && s.gateway != nil }

// Sandbox returns the sandbox, or nil where the provider is a real one or there
// is none.
func (s *Service) Sandbox() *Sandbox {
	if !s.Offered() {
		return nil
	}
	box, _ := s.gateway.(*Sandbox)
	return box
}

// Convert asks for a conversion by card and makes its checkout. Where the provider
// does not answer, the conversion stands and the same key tries again. It returns
// what conversion.Convert returns, ErrChannel where cards are not taken, and
// ErrGateway.
func (s *Service) Convert(ctx context.Context, actor access.Actor, key string, in conversion.ConvertInput) (conversion.Conversion, bool, error) {
	if !s.Offered() {
		return conversion.Conversion{}, false, conversion.ErrChannel
	}
	in.Channel, in.Provider = conversion.ByCard, s.gateway.Name()
	c, replayed, err := s.conversion.Convert(ctx, actor, key, in)
	if err != nil {
		return c, replayed, err
	}
	_, err = s.checkout(ctx, c)
	if errors.Is(err, fault.ErrMissing) || errors.Is(err, conversion.ErrConversionExpired) || errors.Is(err, conversion.ErrConversionSettled) ||
		errors.Is(err, conversion.ErrConversionCancelled) || errors.Is(err, conversion.ErrConversionReversed) {
		err = nil // the key was used long ago, and the conversion has moved on
	}
	return c, replayed, err
}

// checkout returns the checkout of a conversion, and makes it where there is none.
func (s *Service) checkout(ctx context.Context, c conversion.Conversion) (conversion.Checkout, error) {
	k, err := s.conversion.Checkout(ctx, c.ID)
	if !errors.Is(err, fault.ErrMissing) {
		return k, err
	}
	made, err := s.gateway.Create(ctx, Order{Key: c.ID.String(), Reference: c.Reference, Euros: c.Euros, Title: c.Reference,
		Back: s.base + "/change/" + c.ID.String(), Until: c.ExpiresAt})
	if err != nil {
		return conversion.Checkout{}, err
	}
	return s.conversion.RecordCheckout(ctx, job.System(), conversion.CheckoutInput{Conversion: c.ID, Provider: s.gateway.Name(), Payment: made.Payment, URL: made.URL})
}

// Hook takes a hook of a provider: it is a hint to read the payment again. One
// about something that is not ours is taken and does nothing. It returns
// ErrMissing for another provider, ErrSignature, ErrHook and ErrGateway.
func (s *Service) Hook(ctx context.Context, name string, header http.Header, body []byte) error {
	if !s.Offered() || name != s.gateway.Name() {
		return fault.ErrMissing
	}
	hint, err := s.gateway.Hint(header, body, s.now())
	if err != nil {
		s.log.Warn("hook refused", "provider", name, "error", err)
		return err
	}
	k, err := s.found(ctx, hint)
	if errors.Is(err, fault.ErrMissing) || errors.Is(err, conversion.ErrReference) {
		s.log.Info("hook about nothing of ours", "provider", name)
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.read(ctx, k)
	return err
}

// found returns the checkout that a hint points to.
func (s *Service) found(ctx context.Context, h Hint) (conversion.Checkout, error) {
	if h.Payment != "" {
		k, err := s.conversion.CheckoutOf(ctx, s.gateway.Name(), h.Payment)
		if !errors.Is(err, fault.ErrMissing) || h.Reference == "" {
			return k, err
		}
	}
	return s.conversion.CheckoutByReference(ctx, s.gateway.Name(), h.Reference)
}

// read asks the provider about a checkout, and books what it tells.
func (s *Service) read(ctx context.Context, k conversion.Checkout) (conversion.Checkout, error) {
	p, err := s.gateway.Read(ctx, k.Payment)
	if err != nil {
		return k, err
	}
	if p.Status == conversion.PaymentOpen {
		if s.now().Sub(k.CreatedAt) < abandoned {
			return k, nil
		}
		p.Status = conversion.PaymentOver
	}
	var tell conversion.TellCard
	if s.notice != nil {
		if tell, err = s.notice(ctx); err != nil {
			return k, err
		}
	}
	after, err := s.conversion.SettleCard(ctx, job.System(), p, tell)
	switch {
	case err != nil:
		s.log.Error("card payment not booked", "conversion", k.Conversion.String(), "provider", k.Provider, "error", err)
	case after.Reason != "":
		s.log.Warn("card payment to look at", "conversion", k.Conversion.String(), "provider", k.Provider, "reason", after.Reason)
	}
	return after, err
}

// Refresh asks again about the checkout of a conversion that awaits its euros:
// the payer came back before any hook did. It returns ErrMissing and ErrGateway.
func (s *Service) Refresh(ctx context.Context, id conversion.ID) error {
	if !s.Offered() {
		return nil
	}
	k, err := s.conversion.Checkout(ctx, id)
	if err != nil || k.Outcome != conversion.CheckoutOpen || k.Provider != s.gateway.Name() {
		return err
	}
	_, err = s.read(ctx, k)
	return err
}

// Sweep asks again about every open checkout of more than ten minutes, so that a
// lost hook loses no euros, and about every one whose euros are in suspense, so that
// nobody decides about what the provider gave back meanwhile. One that cannot be read
// harms no other. It returns how many were read, and the last error.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	if !s.Offered() {
		return 0, nil
	}
	before := s.now().Add(-10 * time.Minute)
	odd, wrong := s.sweep(ctx, func(after conversion.ID) ([]conversion.Checkout, error) {
		return s.conversion.WatchedCheckouts(ctx, after, 100)
	})
	open, err := s.sweep(ctx, func(after conversion.ID) ([]conversion.Checkout, error) {
		return s.conversion.OpenCheckouts(ctx, before, after, 100)
	})
	return odd + open, errors.Join(wrong, err)
}

// sweep reads every checkout of a list again.
func (s *Service) sweep(ctx context.Context, next func(after conversion.ID) ([]conversion.Checkout, error)) (int, error) {
	var after conversion.ID
	var last error
	read := 0
	for {
		list, err := next(after)
		if err != nil || len(list) == 0 {
			return read, errors.Join(last, err)
		}
		for _, k := range list {
			after = k.Conversion
			if k.Provider != s.gateway.Name() {
				continue
			}
			if _, err := s.read(ctx, k); err != nil {
				last = err
				continue
			}
			read++
		}
		if ctx.Err() != nil {
			return read, ctx.Err()
		}
	}
}

// Job is the nightly sweep.
func (s *Service) Job() job.Job {
	return job.Job{Name: "cards.sweep", Every: 24 * time.Hour,
		Due: func(ctx context.Context) (bool, error) {
			if !s.Offered() {
				return false, nil
			}
			list, err := s.conversion.OpenCheckouts(ctx, s.now().Add(-10*time.Minute), conversion.ID{}, 1)
			if err != nil || len(list) > 0 {
				return err == nil, err
			}
			list, err = s.conversion.WatchedCheckouts(ctx, conversion.ID{}, 1)
			return len(list) > 0, err
		},
		Run: func(ctx context.Context, _ access.Actor) error {
			_, err := s.Sweep(ctx)
			return err
		}}
}
