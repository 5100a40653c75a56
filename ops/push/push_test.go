// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/job"
)

const phone = "https://example.com/send/ann-phone"

func TestACreditIsHintedAt(t *testing.T) {
	each(t, func(w *town) {
		if w.run() != 0 {
			t.Error("somebody was knocked at without having asked")
		}
		w.subscribe(w.ann, phone)
		w.subscribe(w.bob, "https://example.com/send/bob")
		if n := w.run(); n != 0 {
			t.Errorf("%d knocks for what came before", n)
		}
		w.pass(time.Second)
		w.pay(w.bob, w.ann, ledger.KindPayment, 12_50)
		if n := w.run(); n != 1 {
			t.Fatalf("%d knocks for one payment", n)
		}
		knocks := w.maker.seen()
		if len(knocks) != 1 || knocks[0].path != "/send/ann-phone" || knocks[0].body != "" || knocks[0].header.Get("TTL") == "" {
			t.Fatalf("%+v", knocks)
		}
		for name, values := range knocks[0].header {
			for _, value := range values {
				if strings.Contains(value, w.ann.Holder.String()) || strings.Contains(value, "12") && name == "Topic" {
					t.Errorf("%s: %s tells of the payment", name, value)
				}
			}
		}
		w.signed(knocks[0].header.Get("Authorization"))
		if n := w.run(); n != 0 {
			t.Errorf("%d knocks for nothing", n)
		}
	})
}

// signed checks a token as a push service does (RFC 8292).
func (w *town) signed(header string) {
	w.Helper()
	rest, ok := strings.CutPrefix(header, "vapid t=")
	token, public, found := strings.Cut(rest, ", k=")
	parts := strings.Split(token, ".")
	if !ok || !found || public != w.PublicKey() || len(parts) != 3 {
		w.Fatalf("authorization %q", header)
	}
	read := func(text string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(text)
		w.must(err)
		return b
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), read(public))
	w.must(err)
	signature := read(parts[2])
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		w.Error("the signature is not that of the key")
	}
	var head struct{ Typ, Alg string }
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	w.must(json.Unmarshal(read(parts[0]), &head))
	w.must(json.Unmarshal(read(parts[1]), &claims))
	now := w.ledger.Now()
	if end := time.Unix(claims.Exp, 0); head.Typ != "JWT" || head.Alg != "ES256" || claims.Aud != "https://example.com" || claims.Sub != "https://roue.example" ||
		!end.After(now) || end.After(now.Add(12*time.Hour)) {
		w.Errorf("%+v %+v", head, claims)
	}
}

func TestEveryWayToReceiveIsHintedAt(t *testing.T) {
	each(t, func(w *town) {
		w.subscribe(w.ann, phone)
		for kind, want := range map[ledger.Kind]int{ledger.KindPayment: 1, ledger.KindRefund: 1} {
			w.pass(2 * time.Minute)
			w.pay(w.bob, w.ann, kind, 1_00)
			if n := w.run(); n != want {
				t.Errorf("%s: %d knocks", kind, n)
			}
			w.pass(2 * time.Minute)
			w.pay(w.ann, w.bob, kind, 1_00)
			if n := w.run(); n != 0 {
				t.Errorf("%s: whoever gives is knocked at", kind)
			}
		}
		bank := ledger.Guarantee(ledger.Digital, "la-nef")
		w.pass(2 * time.Minute)
		w.write(func(tx *ledger.Tx) error {
			_, err := tx.Post(ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{
				{Debit: bank, Credit: ledger.Backing(ledger.Digital), Amount: 5_00},
				{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(w.ann.Holder), Amount: 5_00}}})
			return err
		})
		if n := w.run(); n != 1 {
			t.Errorf("a conversion: %d knocks", n)
		}
	})
}

func TestAStormIsOneKnock(t *testing.T) {
	each(t, func(w *town) {
		w.subscribe(w.ann, phone)
		for range 100 {
			w.pass(time.Millisecond)
			w.pay(w.bob, w.ann, ledger.KindPayment, 10)
		}
		if n := w.run(); n != 1 || len(w.maker.seen()) != 1 {
			t.Errorf("%d knocks for a hundred payments", n)
		}
		for range 3 {
			w.pass(10 * time.Second)
			w.pay(w.bob, w.ann, ledger.KindPayment, 10)
			if n := w.run(); n != 0 {
				t.Error("a second knock within the minute")
			}
		}
		w.pass(30*time.Second - time.Microsecond)
		if n := w.run(); n != 0 {
			t.Error("a knock before the minute was over")
		}
		w.pass(time.Microsecond)
		if n := w.run(); n != 1 || w.run() != 0 {
			t.Errorf("%d knocks for what came within the minute", n)
		}
	})
}

func TestWhatPushServicesAnswer(t *testing.T) {
	each(t, func(w *town) {
		for status, kept := range map[int]int{http.StatusNotFound: 0, http.StatusGone: 0, http.StatusFound: 1, http.StatusForbidden: 1,
			http.StatusTooManyRequests: 1, http.StatusInternalServerError: 1} {
			w.pass(2 * time.Minute)
			id := w.subscribe(w.ann, phone)
			w.maker.answers["/send/ann-phone"] = status
			w.pay(w.bob, w.ann, ledger.KindPayment, 10)
			if n := w.run(); n != 0 {
				t.Errorf("%d: %d knocks taken", status, n)
			}
			if knocks := w.maker.seen(); len(knocks) != 1 {
				t.Errorf("%d: %d requests: a redirect was followed, or a knock repeated", status, len(knocks))
			}
			if n := w.count(w.ann); n != kept {
				t.Errorf("%d: %d subscriptions are left", status, n)
			}
			if w.run() != 0 || len(w.maker.seen()) != 0 {
				t.Errorf("%d: a hint that failed is sent again", status)
			}
			if kept > 0 {
				w.must(w.Unsubscribe(t.Context(), w.ann, w.key(), id))
			}
		}
		w.subscribe(w.ann, phone)
		w.maker.server.Close()
		w.pay(w.bob, w.ann, ledger.KindPayment, 10)
		if n := w.run(); n != 0 || w.count(w.ann) != 1 {
			t.Errorf("a service that is away: %d", n)
		}
		if log := w.log.String(); !strings.Contains(log, "hint dropped") || strings.Contains(log, "ann-phone") {
			t.Errorf("the log tells the endpoint, or nothing:\n%s", log)
		}
	})
}

func TestForgedEndpointsAreRefused(t *testing.T) {
	each(t, func(w *town) {
		for _, endpoint := range []string{"", "x", "http://example.com/a", "https://example.com", "https://example.com/", "https://evil.example/a",
			"https://example.com.evil.example/a", "https://notexample.com/a", "https://example.com@evil.example/a", "https://evil.example#example.com/a",
			"https://user@example.com/a", "https://example.com:8443/a", "https://example.com:/a", "https://127.0.0.1/a", "https://[::1]/a", "https://localhost/a",
			"https://169.254.169.254/latest/meta-data", "https://example.com\\@evil.example/a", "https://example.com/a b", "https://example.com/a\n", "//example.com/a",
			"https:example.com/a", "https://EXAMPLE.com/a", "https://example.com/a#b", "https://example.com./a", "https://example.com/é", "ftp://example.com/a",
			"https://example.com/" + strings.Repeat("a", 481)} {
			if _, err := w.Subscribe(t.Context(), w.ann, w.key(), Device{Endpoint: endpoint}); !errors.Is(err, ErrEndpoint) {
				t.Errorf("%q: %v", endpoint, err)
			}
		}
		if w.count(w.ann) != 0 {
			t.Error("something was kept")
		}
		for _, endpoint := range []string{phone, "https://example.com:443/a", "https://sub.example.com/a?b=c", "https://example.com/" + strings.Repeat("a", 480)} {
			w.subscribe(w.ann, endpoint)
		}
	})
}

func TestTheServicesOfMakersAreKnown(t *testing.T) {
	s := &Service{hosts: makers()}
	for _, endpoint := range []string{"https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.services.mozilla.com/wpush/v2/abc",
		"https://wns2-par02p.notify.windows.com/w/?token=abc%2bd", "https://web.push.apple.com/Qabc"} {
		if !s.known(endpoint) {
			t.Error(endpoint)
		}
	}
	if s.known(phone) {
		t.Error("a service that is nobody's")
	}
}

// TestOnlyPublicAddressesAreCalled: a name of the list that leads inside leads
// nowhere (ASVS 1.3.6).
func TestOnlyPublicAddressesAreCalled(t *testing.T) {
	for address, ok := range map[string]bool{"142.250.75.10:443": true, "[2a00:1450:4007::200a]:443": true, "142.250.75.10:80": false, "127.0.0.1:443": false,
		"[::1]:443": false, "10.1.2.3:443": false, "172.16.0.1:443": false, "192.168.1.1:443": false, "169.254.169.254:443": false, "100.64.0.1:443": false,
		"0.0.0.0:443": false, "[::]:443": false, "224.0.0.1:443": false, "255.255.255.255:443": false, "[fe80::1]:443": false, "[fd00::1]:443": false,
		"[::ffff:127.0.0.1]:443": false, "[::ffff:10.0.0.1]:443": false, "[64:ff9b::7f00:1]:443": false, "[2002:7f00:1::]:443": false, "x": false} {
		if err := guard(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	server := newMaker(t).server
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caller(Options{}).Do(r); !errors.Is(err, errAddress) {
		t.Errorf("this machine was called: %v", err)
	}
}

func TestDevicesAreOnesOwn(t *testing.T) {
	each(t, func(w *town) {
		id := w.subscribe(w.ann, phone)
		if err := w.Unsubscribe(t.Context(), w.bob, w.key(), id); !errors.Is(err, fault.ErrMissing) {
			t.Errorf("somebody else's device: %v", err)
		}
		agent := access.Actor{ID: w.ann.ID, Holder: w.ann.Holder, Grants: []access.Grant{{Role: access.DeskAgent}}}
		_, listed := w.Subscriptions(t.Context(), agent)
		_, made := w.Subscribe(t.Context(), agent, w.key(), Device{Endpoint: phone})
		for _, err := range []error{listed, made, w.Unsubscribe(t.Context(), agent, w.key(), id)} {
			if !errors.Is(err, access.ErrForbidden) {
				t.Errorf("without a wallet: %v", err)
			}
		}
		if _, err := w.SendDue(t.Context(), w.bob); err != nil {
			t.Errorf("nothing to do: %v", err)
		}
		w.pay(w.bob, w.ann, ledger.KindPayment, 10)
		if _, err := w.SendDue(t.Context(), w.bob); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a person does the job: %v", err)
		}
		// Whoever asks in the same browser takes it over.
		w.subscribe(w.bob, phone)
		if w.count(w.ann) != 0 || w.count(w.bob) != 1 {
			t.Error("one browser hints at two wallets")
		}
		key := w.key()
		for range 2 {
			if _, err := w.Subscribe(t.Context(), w.ann, key, Device{Endpoint: phone + "2"}); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.count(w.ann); n != 1 {
			t.Errorf("a form sent twice makes %d devices", n)
		}
		for n := range 12 {
			w.subscribe(w.ann, fmt.Sprintf("%s-%d", phone, n))
		}
		if n := w.count(w.ann); n != 10 {
			t.Errorf("%d devices", n)
		}
		w.write(func(tx *ledger.Tx) error { return Forget(tx, w.ann.ID) })
		if w.count(w.ann) != 0 || w.count(w.bob) != 1 {
			t.Error("an account that ended keeps its devices, or takes others with it")
		}
	})
}

func TestAStandstillWakesNobodyForOldThings(t *testing.T) {
	each(t, func(w *town) {
		w.subscribe(w.ann, phone)
		w.pay(w.bob, w.ann, ledger.KindPayment, 10)
		w.pass(2 * time.Hour)
		if n := w.run(); n != 0 {
			t.Errorf("%d knocks for what came two hours ago", n)
		}
		if due, err := w.Due(t.Context()); due || err != nil {
			t.Errorf("the journal was not read to its end: %v", err)
		}
	})
}

func TestARunThatIsStoppedIsFinishedByTheNext(t *testing.T) {
	each(t, func(w *town) {
		w.subscribe(w.ann, phone)
		w.pay(w.bob, w.ann, ledger.KindPayment, 10)
		w.must(w.follow(t.Context(), job.System()))
		ended, stop := context.WithCancel(t.Context())
		stop()
		if _, err := w.deliver(ended, job.System()); err == nil {
			t.Error("a run that was stopped says that it is done")
		}
		if n := w.run(); n != 1 {
			t.Errorf("%d knocks by the next run", n)
		}
	})
}

func TestTheKeyIsTheSameEachTime(t *testing.T) {
	one, same, other := keyOf([]byte("a")), keyOf([]byte("a")), keyOf([]byte("b"))
	point, err := base64.RawURLEncoding.DecodeString(one.public)
	if err != nil || len(point) != 65 || point[0] != 4 || one.public != same.public || one.public == other.public {
		t.Errorf("%s %s %s: %v", one.public, same.public, other.public, err)
	}
}
