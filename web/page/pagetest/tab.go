// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Tab is a page of a real browser.
type Tab struct{ context.Context }

// NewTab opens a browser with an empty profile, which ends with the test. The
// test is skipped under -short and where there is no Chromium. More is what the
// browser is told besides.
func NewTab(t *testing.T, more ...chromedp.ExecAllocatorOption) Tab {
	t.Helper()
	if testing.Short() {
		t.Skip("-short was asked for: no browser is opened")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed (Debian package chromium): the pages are not opened in a browser, nor judged by axe")
	}
	profile, err := os.MkdirTemp("", "noria-browser")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	options = append(options, more...)
	limited, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	allocator, free := chromedp.NewExecAllocator(limited, options...)
	ctx, shut := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		shut()
		free()
		stop()
		_ = os.RemoveAll(profile) // the browser may still write for a moment; the folder is a temporary one
	})
	return Tab{ctx}
}

// Open follows an address.
func (b Tab) Open(t *testing.T, url string) {
	t.Helper()
	if err := chromedp.Do(b.Context, chromedp.Navigate(url)); err != nil {
		t.Fatalf("opening %s: %v", url, err)
	}
}

// Until waits for a condition, an expression of the page's language that is asked
// again and again.
func (b Tab) Until(t *testing.T, condition string) {
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
	for {
		_, err := chromedp.Run(b.Context, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err != nil && strings.Contains(err.Error(), "navigated") && b.Err() == nil {
			continue // the page that was asked gave way to the next one
		}
		if err != nil {
			t.Fatalf("waiting for %s: %v", condition, err)
		}
		return
	}
}
