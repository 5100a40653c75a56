// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	protocol "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// axeVersion is the release of axe-core that judges the pages.
const axeVersion = "4.11.4"

// accessible opens every page in each of its states and both languages, and lets
// axe judge it light and dark, at 320 and at 1280 pixels. On the way it proves
// that no page scrolls sideways, that fingers find what they press, that the
// policy had nothing to refuse, and that nothing was asked of another host.
func (g *gallery) accessible(t *testing.T) {
	browser := NewTab(t)
	script, server := axe(t), g.serve(t)
	all := make(chan visit)
	var hands sync.WaitGroup
	for range 2 {
		eye := newEye(t, browser, script, server.URL)
		hands.Go(func() {
			for v := range all {
				eye.judge(t, v)
			}
		})
	}
	for _, lang := range locale.Languages() {
		for i, s := range g.samples {
			all <- visit{s.Name + " in " + lang, server.URL + "/page/" + lang + "/" + strconv.Itoa(i)}
		}
	}
	close(all)
	hands.Wait()
	blind(t, newEye(t, browser, script, server.URL), server.URL)
}

// blind proves that the eye sees: a page spoilt on purpose is found wrong.
func blind(t *testing.T, e *eye, host string) {
	t.Helper()
	must(t, chromedp.Do(e.ctx, chromedp.Navigate(host+"/page/fr/0")))
	found := e.ask(t, visit{name: "a spoilt page"}, e.axe+`; document.documentElement.removeAttribute("lang");
		document.querySelector("footer p").style.cssText = "color:#eee;background:#fff"; `+fmt.Sprintf(judgement, ""))
	for _, rule := range []string{"html-has-lang", "color-contrast"} {
		if !strings.Contains(found, rule) {
			t.Errorf("axe does not see %s; it sees %q", rule, found)
		}
	}
}

// visit is one page to open.
type visit struct{ name, url string }

// axe returns the script of axe-core. It is fetched from npm once and kept in
// the user's cache; without npm or the network the test is skipped.
func axe(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "noria-tests", "axe-core-"+axeVersion)
	file := filepath.Join(folder, "node_modules", "axe-core", "axe.min.js")
	script, err := os.ReadFile(file)
	if err == nil {
		return string(script)
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("npm is not installed (Debian package npm): the pages are not judged by axe")
	}
	fetch := exec.CommandContext(t.Context(), npm, "install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "axe-core@"+axeVersion)
	if said, err := fetch.CombinedOutput(); err != nil {
		t.Skipf("npm could not fetch axe-core %s: the pages are not judged by axe\n%s", axeVersion, said)
	}
	if script, err = os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// serve answers every sample at /page/{language}/{number}, as the server would.
func (g *gallery) serve(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET "+asset.Prefix, g.assets)
	mux.HandleFunc("GET /page/{lang}/{number}", func(w http.ResponseWriter, q *http.Request) {
		number, err := strconv.Atoi(q.PathValue("number"))
		if err != nil || number >= len(g.samples) {
			http.NotFound(w, q)
			return
		}
		w.Header().Set("Content-Security-Policy", page.ContentSecurityPolicy)
		if err := g.samples[number].render(g.renderer.In(q.PathValue("lang")), w); err != nil {
			t.Errorf("%s: %v", g.samples[number].Name, err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// eye is a browser tab that judges pages.
type eye struct {
	ctx  context.Context
	axe  string
	host string

	mutex   sync.Mutex
	outside []string // addresses of other hosts that were asked for
}

func newEye(t *testing.T, browser Tab, axe, host string) *eye {
	t.Helper()
	if err := chromedp.Do(browser.Context); err != nil {
		t.Fatal(err)
	}
	ctx, shut := chromedp.NewContext(browser.Context)
	t.Cleanup(shut)
	e := &eye{ctx: ctx, axe: axe, host: host}
	must(t, chromedp.Listen(ctx, func(event any) {
		asked, ok := event.(*network.EventRequestWillBeSent)
		if ok && !strings.HasPrefix(asked.Request.URL, host+"/") && !strings.HasPrefix(asked.Request.URL, "data:") {
			e.mutex.Lock()
			defer e.mutex.Unlock()
			e.outside = append(e.outside, asked.Request.URL)
		}
	}))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	must(t, err)
	_, err = chromedp.Call(ctx, protocol.AddScriptToEvaluateOnNewDocument, protocol.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.refused = []; addEventListener("securitypolicyviolation", (e) => window.refused.push(e.violatedDirective + " " + e.blockedURI));`})
	must(t, err)
	return e
}

// judge opens a page and reports what is wrong with it.
func (e *eye) judge(t *testing.T, v visit) {
	if err := chromedp.Do(e.ctx, chromedp.EmulateViewport(320, 640), chromedp.Navigate(v.url)); err != nil {
		t.Errorf("%s: %v", v.name, err)
		return
	}
	if refused := e.ask(t, v, `window.refused.join("\n")`); refused != "" {
		t.Errorf("%s: the policy refused %s", v.name, refused)
	}
	if _, err := chromedp.Run(e.ctx, chromedp.Evaluate[bool](e.axe+"; true")); err != nil {
		t.Errorf("%s: axe: %v", v.name, err)
		return
	}
	for _, width := range []int64{320, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			_, err := chromedp.Call(e.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
			if err == nil {
				err = chromedp.Do(e.ctx, chromedp.EmulateViewport(width, 800))
			}
			if err != nil {
				t.Errorf("%s: %v", v.name, err)
				return
			}
			rules := ""
			if scheme == "dark" { // the schemes differ by nothing but colours
				rules = `, runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] }`
			}
			if found := e.ask(t, v, fmt.Sprintf(judgement, rules)); found != "" {
				t.Errorf("%s, %s, %d pixels wide: %s", v.name, scheme, width, found)
			}
			if wide := e.ask(t, v, sideways); wide != "" {
				t.Errorf("%s, %d pixels wide, scrolls sideways: %s", v.name, width, wide)
			}
			if small := e.ask(t, v, cramped); small != "" {
				t.Errorf("%s, %d pixels wide, has targets under 44 pixels: %s", v.name, width, small)
			}
		}
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if len(e.outside) > 0 {
		t.Errorf("%s asked other hosts: %v", v.name, e.outside)
		e.outside = nil
	}
}

// judgement is what axe finds wrong, as text; sideways names what is wider than
// the window, cramped what is too low for a finger.
const (
	judgement = `axe.run(document, { resultTypes: ["violations"], selectors: false, iframes: false, preload: false%s }).then((result) => result.violations.map((v) =>
		v.id + ": " + v.help + "\n" + v.nodes.map((n) => "  " + n.html.slice(0, 160) + "\n  " + n.any.concat(n.all, n.none).map((c) => c.message).join("; ")).join("\n")).join("\n"))`
	sideways = `document.scrollingElement.scrollWidth <= innerWidth ? "" : Array.from(document.querySelectorAll("body *")).filter((e) => {
			for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
				if (getComputedStyle(up).overflowX !== "visible") return false; // it scrolls by itself
			const own = document.createRange(); // what is written in it may be wider than it is
			own.selectNodeContents(e);
			return Math.max(e.getBoundingClientRect().right, own.getBoundingClientRect().right) > innerWidth + 1 && !e.closest("svg");
		}).slice(-3).map((e) => e.outerHTML.slice(0, 160)).join("\n") || "something"`
	cramped = `Array.from(document.querySelectorAll("button, .button, nav a, .brand, .links a, input, summary")).filter((e) =>
		e.offsetParent && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 160)).join("\n")`
)

// ask evaluates an expression that gives a text, or the promise of one. A page that
// asked for itself anew meanwhile has lost axe, and is given it again, once; any
// other failure stands.
func (e *eye) ask(t *testing.T, v visit, expression string) string {
	said, err := chromedp.Run(e.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		gone, asked := chromedp.Run(e.ctx, chromedp.Evaluate[bool](`typeof axe === "undefined"`))
		if asked == nil && gone {
			said, err = chromedp.Run(e.ctx, chromedp.Evaluate[string](e.axe+"; "+expression, chromedp.EvalAwaitPromise))
		}
	}
	if err != nil {
		return fmt.Sprintf("%s could not be asked: %v", v.name, err)
	}
	return said
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
