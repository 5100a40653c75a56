// SPDX-License-Identifier: AGPL-3.0-or-later

package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// TestInABrowser opens the pages in a real browser under the real policy. One
// browser serves all cases.
func TestInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short was asked for: the scripts are not run in a browser and the pages are not judged by axe, which takes a minute")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed (Debian package chromium): the scripts are not run in a browser and the pages are not judged by axe")
	}
	tab := newTab(t, path)
	t.Run("live pages", func(t *testing.T) { livePages(t, tab) })
	t.Run("every page is accessible", func(t *testing.T) { everyPageIsAccessible(t, tab) })
}

// livePages drives the real modules against a stand-in for the live endpoint.
func livePages(t *testing.T, tab tab) {
	stage := newStage(t)

	t.Run("a wallet shows the newest state and never an older one", func(t *testing.T) {
		tab.open(t, stage.server.URL+"/portefeuille")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.await(t)
		state := func(version int, booked string) string {
			return fmt.Sprintf(`{"topic":"wallet:wal_1","seq":%d,"version":%d,"state":{"booked":%q,"reserved":"0.00","available":%q}}`, 80+version, version, booked, booked)
		}
		stage.say(state(4, "1044.80"))
		tab.until(t, `document.querySelector("[data-money=booked]").textContent === "1\u202f044,801044 Roues 80"`)
		tab.until(t, `document.querySelector("[data-postings] .who").textContent === "<img src=x onerror=alert(1)>"`)
		tab.until(t, `document.querySelector("[data-postings] td.sum").textContent === "\u22121\u202f234,50"`)
		tab.until(t, `document.querySelector("[data-postings] time").textContent === "1er nov."`)
		tab.until(t, `(() => { const figure = document.querySelector("[data-money=booked]"); window.shown = [];
			new MutationObserver(() => window.shown.push(figure.textContent)).observe(figure, { subtree: true, childList: true, characterData: true }); return true; })()`)
		stage.say(state(2, "9.00"))
		stage.say(state(5, "44.80"))
		tab.until(t, `document.querySelector("[data-money=booked]").textContent === "44,8044 Roues 80"`)
		stage.say(state(3, "9.00"))
		stage.say(`{"topic":"fund","seq":99,"version":99,"state":{}}`)
		stage.say(state(6, "45.00"))
		tab.until(t, `document.querySelector("[data-money=booked]").textContent === "45,0045 Roues"`)
		tab.until(t, `window.shown.join(" | ") === "44,8044 Roues 80 | 45,0045 Roues"`)
	})

	t.Run("in English the scripts write as the page does", func(t *testing.T) {
		tab.open(t, stage.server.URL+"/en/portefeuille")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "Live"`)
		stage.await(t)
		stage.say(`{"topic":"wallet:wal_1","seq":84,"version":4,"state":{"booked":"1044.80","reserved":"0.00","available":"-1.05"}}`)
		tab.until(t, `document.querySelector("[data-money=booked]").textContent === "1,044.801044 Roues 80"`)
		tab.until(t, `document.querySelector("[data-money=available]").textContent === "\u22121.05minus 1 Roues 05"`)
		tab.until(t, `document.querySelector("[data-postings] td.sum").textContent === "\u22121,234.50"`)
		tab.until(t, `document.querySelector("[data-postings] .when").textContent === "1 Nov01:30"`)
		tab.until(t, `document.querySelector("[data-postings] td.left").getAttribute("data-label") === "balance"`)
	})

	t.Run("a till shows each payment once and asks for what it missed", func(t *testing.T) {
		tab.open(t, stage.server.URL+"/caisse")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.await(t)
		event := func(seq int) string {
			return fmt.Sprintf(`{"topic":"merchant:mer_1/payments","seq":%d,"event":{"payment":"pay_%d","amount":"12.50","match_code":"%d","at":"2026-11-23T10:05:00Z"}}`, seq, seq, seq)
		}
		for _, seq := range []int{42, 42, 41, 40, 44} {
			stage.say(event(seq))
		}
		codes := `Array.from(document.querySelectorAll("[data-payments] .code")).map(e => e.textContent).join()`
		tab.until(t, codes+` === "44,42,07"`)
		stage.cut()
		if heard := stage.await(t); heard.After["merchant:mer_1/payments"] != 44 {
			t.Errorf("after a cut the till asked with %v, want the sequence 44", heard.After)
		}
		stage.say(event(44))
		stage.say(event(45))
		tab.until(t, codes+` === "45,44,42,07"`)
	})

	t.Run("a request turns green, and a cut says not to hand over the goods", func(t *testing.T) {
		tab.open(t, stage.server.URL+"/caisse/prq_1")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.await(t)
		stage.refuse(true, true)
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "Reconnexion…"`)
		tab.until(t, `!document.querySelector("[data-banner]").hidden && /^Hors ligne depuis \d+ s$/.test(document.querySelector("[data-signal]").textContent.trim())`)
		stage.refuse(false, false)
		stage.await(t)
		tab.until(t, `document.querySelector("[data-banner]").hidden`)
		stage.say(`{"topic":"payment-request:prq_1","seq":90,"version":2,"state":{"status":"paid","match_code":"47","paid_at":"2026-11-23T10:05:00Z"}}`)
		tab.until(t, `!document.querySelector(".over").hidden && document.querySelector(".ask").hidden`)
		tab.until(t, `document.querySelector("[data-field=code]").textContent === "47" && document.activeElement.textContent === "Nouvel encaissement"`)
	})

	t.Run("where upgrades fail the event stream takes over", func(t *testing.T) {
		stage.refuse(true, false)
		tab.open(t, stage.server.URL+"/fonds")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.await(t)
		pool := `{"pool":"paper","circulation":"1000.00","backing_eur":"1000.00","custodians":[{"name":"<b>La Nef","balance_eur":"949.99"}],"in_transit_eur":"0.00","redeeming_eur":"0.00","gap_eur":"50.01"}`
		stage.say(`{"topic":"fund","seq":90,"version":7,"state":{"as_of":"2026-11-01T10:05:00Z","head":{"seq":90,"hash":"abcdef0123456789ff"},"pools":[` + pool + `],"total":` + pool + `}}`)
		tab.until(t, `document.querySelector("[data-headline] .figure").textContent.indexOf("94,99") === 0`)
		tab.until(t, `!document.querySelector("[data-headline] .warning").hidden && document.querySelector("[data-grants]").hidden && document.querySelector("[data-pool=paper] [data-custodians] th").textContent === "<b>La Nef"`)
		tab.until(t, `document.querySelector("[data-field=day]").textContent === "1er novembre 2026"`)
	})

	t.Run("a public page asks where the session of its visitor has ended", func(t *testing.T) {
		stage.refusal.Store(http.StatusUnauthorized)
		stage.refuse(true, true)
		tab.open(t, stage.server.URL+"/fonds")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "Actualisé toutes les 5 s"`)
		tab.until(t, `document.querySelector("[data-headline] .figure").textContent.indexOf("100,05") === 0`)
		tab.until(t, `document.querySelector("[data-field=grants-paid]").textContent === "25\u202f628,00" && !document.querySelector("[data-grants]").hidden`)
		tab.until(t, `document.querySelector("[data-pool=total] [data-field=surplus]").textContent === "+2,00" && document.querySelector("[data-pool=total] [data-row=redeeming]").hidden`)
	})
}

// tab is one browser page.
type tab struct{ ctx context.Context }

func newTab(t *testing.T, path string) tab {
	t.Helper()
	profile, err := os.MkdirTemp("", "noria-browser")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	limited, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	allocator, free := chromedp.NewExecAllocator(limited, options...)
	ctx, shut := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		shut()
		free()
		stop()
		_ = os.RemoveAll(profile) // the browser may still write for a moment; the folder is a temporary one
	})
	return tab{ctx}
}

func (b tab) open(t *testing.T, url string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(url)); err != nil {
		t.Fatalf("opening %s: %v", url, err)
	}
}

// until waits for a condition, asked again and again.
func (b tab) until(t *testing.T, condition string) {
	t.Helper()
	script := `new Promise((done, fail) => {
		const start = Date.now();
		const look = () => {
			let met = false;
			try { met = ` + condition + `; } catch (notYet) { met = false; }
			if (met) done(true);
			else if (Date.now() - start > 30000) fail(new Error(document.body.innerText));
			else setTimeout(look, 10);
		};
		look();
	})`
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatalf("never true: %s\n%v", condition, err)
	}
}

// stage serves the pages and stands in for the live endpoint: whatever it says
// goes to everybody who listens.
type stage struct {
	server *httptest.Server

	mutex     sync.Mutex
	listeners map[chan string]func() // queue → how to cut it
	arrivals  chan hello             // the first frame of each client that joined
	noSocket  bool
	noStream  bool
	refusal   atomic.Int64 // status of an event stream that is refused
}

// hello is the first frame of a client.
type hello struct {
	Subscribe []string         `json:"subscribe"`
	After     map[string]int64 `json:"after"`
}

func newStage(t *testing.T) *stage {
	t.Helper()
	r, set := mustRenderer(t)
	m := money.MustParse
	shop := page.Visitor{Name: "Épicerie", Wallet: true, Till: true}
	s := &stage{listeners: map[chan string]func(){}, arrivals: make(chan hello, 64)}
	s.refusal.Store(http.StatusBadGateway)
	mux := http.NewServeMux()
	mux.Handle("GET /asset/", set)
	serve := func(pattern string, render func(w http.ResponseWriter) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", page.ContentSecurityPolicy)
			if err := render(w); err != nil {
				t.Errorf("%s: %v", pattern, err)
			}
		})
	}
	wallet := page.WalletView{Visitor: shop, ID: "wal_1", Holder: "Amina", Booked: m("1.00"), Available: m("1.00"), Version: 3, At: noon()}
	serve("GET /portefeuille", func(w http.ResponseWriter) error { return r.Wallet(w, wallet) })
	serve("GET /en/portefeuille", func(w http.ResponseWriter) error { return r.In("en").Wallet(w, wallet) })
	serve("GET /caisse", func(w http.ResponseWriter) error {
		return r.Till(w, page.TillView{Visitor: shop, MerchantID: "mer_1", Merchant: "Épicerie", Key: "0123456789abcdef", PaymentsSeq: 40, At: noon(),
			Payments: []page.TillPayment{{At: noon(), Amount: m("3.00"), MatchCode: "07"}}})
	})
	serve("GET /caisse/prq_1", func(w http.ResponseWriter) error {
		return r.Request(w, page.RequestView{Visitor: shop, ID: "prq_1", Code: "7K4P", Merchant: "Épicerie", Amount: m("12.50"), Status: "open", CreatedAt: noon(), Now: noon(),
			ExpiresAt: noon().Add(5 * time.Minute), QR: set.URL("mark.svg"), Key: "0123456789abcdef", Version: 1})
	})
	serve("GET /fonds", func(w http.ResponseWriter) error {
		return r.Fund(w, page.FundView{AsOf: noon(), Pools: []page.FundPool{{Pool: "paper"}}})
	})
	mux.HandleFunc("GET /v1/wallets/wal_1/postings", func(w http.ResponseWriter, q *http.Request) {
		if q.URL.RawQuery != "limit=20" {
			t.Errorf("postings were asked with %q", q.URL.RawQuery)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"items":[{"seq":9,"entry":"ent_1","kind":"payment","at":"2026-11-01T00:30:00.123456Z","counterparty":"<img src=x onerror=alert(1)>","amount":"-1234.50","balance":"44.80","message":"neuf"}]}`)
	})
	mux.HandleFunc("GET /v1/fund", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"as_of":"2026-11-01T10:05:00Z","head":{"seq":91,"hash":"abcdef0123456789ff"},"pools":[],"total":{"circulation":"3387.00","backing_eur":"3387.00",`+
			`"custodians":[],"in_transit_eur":"1660.00","redeeming_eur":"0.00","grants_eur":"25628.00","held_eur":"0.00","gap_eur":"0.00","surplus_eur":"2.00","coverage":"1.0005"}}`)
	})
	mux.HandleFunc("GET /v1/live", s.socket)
	mux.HandleFunc("GET /v1/live/events", s.stream)
	s.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.cut()
		s.server.Close()
	})
	return s
}

// join adds a listener unless that way is refused at the moment.
func (s *stage) join(refused *bool, cut func()) (chan string, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if *refused {
		return nil, false
	}
	queue := make(chan string, 64)
	s.listeners[queue] = cut
	return queue, true
}

func (s *stage) socket(w http.ResponseWriter, q *http.Request) {
	s.mutex.Lock()
	refused := s.noSocket
	s.mutex.Unlock()
	if refused {
		http.Error(w, "no upgrade here", http.StatusBadRequest)
		return
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{"noria.v1"}}
	connection, err := upgrader.Upgrade(w, q, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	_, first, err := connection.ReadMessage()
	if err != nil {
		return
	}
	var heard hello
	if err := json.Unmarshal(first, &heard); err != nil || connection.Subprotocol() != "noria.v1" {
		return
	}
	gone := make(chan struct{})
	queue, ok := s.join(&s.noSocket, func() { connection.Close() })
	if !ok {
		return
	}
	s.arrivals <- heard
	go func() {
		defer close(gone)
		for {
			if _, _, err := connection.ReadMessage(); err != nil {
				return
			}
		}
	}()
	for {
		select {
		case message := <-queue:
			if connection.WriteMessage(websocket.TextMessage, []byte(message)) != nil {
				return
			}
		case <-gone:
			return
		}
	}
}

func (s *stage) stream(w http.ResponseWriter, q *http.Request) {
	ctx, cut := context.WithCancel(q.Context())
	defer cut()
	queue, ok := s.join(&s.noStream, cut)
	if !ok {
		http.Error(w, "no stream here", int(s.refusal.Load()))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
		s.arrivals <- hello{Subscribe: strings.Split(q.URL.Query().Get("topics"), ",")}
		for {
			select {
			case message := <-queue:
				fmt.Fprintf(w, "id: 7\ndata: %s\n\n", message)
				flusher.Flush()
			case <-ctx.Done():
				return
			}
		}
	}
}

// say sends a message to everybody who listens.
func (s *stage) say(message string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for queue := range s.listeners {
		queue <- message
	}
}

// cut ends every connection.
func (s *stage) cut() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for queue, cut := range s.listeners {
		cut()
		delete(s.listeners, queue)
	}
}

// refuse says which ways to connect fail from now on, and cuts those in use.
func (s *stage) refuse(socket, stream bool) {
	s.mutex.Lock()
	s.noSocket, s.noStream = socket, stream
	s.mutex.Unlock()
	s.cut()
}

// await returns what the next client to join said, once it hears the stage.
func (s *stage) await(t *testing.T) hello {
	t.Helper()
	select {
	case heard := <-s.arrivals:
		return heard
	case <-t.Context().Done():
	case <-time.After(30 * time.Second):
	}
	t.Fatal("no client came")
	return hello{}
}
