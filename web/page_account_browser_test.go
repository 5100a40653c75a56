// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// TestPasskeysInABrowser joins and signs in with the authenticator of a real
// browser, under the policy of the pages.
func TestPasskeysInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short was asked for: passkeys are not made in a browser, which takes ten seconds")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed (Debian package chromium): passkeys are not made in a browser")
	}
	inWorld(t, func(w *world) {
		b := w.browser()
		b.send("/rejoindre", "nom", "Nora Petit", "adresse", "nora@example.org")
		w.later(time.Second)
		at := regexp.MustCompile(`/rejoindre/\S+`).FindString(w.letters()[0].Text)

		ctx := authenticator(t, path)
		site := strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1)
		press := chromedp.CSS(`form[data-passkey]:not([hidden]) button`)
		run := func(actions ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			if err := chromedp.Do(ctx, actions...); err != nil {
				t.Fatal(err)
			}
		}
		run(chromedp.Navigate(site+at), chromedp.Click(press), chromedp.WaitVisible(chromedp.CSS(".codes")))
		run(chromedp.Navigate(site+"/portefeuille"), chromedp.WaitVisible(chromedp.CSS("[data-wallet]")))
		run(chromedp.Click(chromedp.CSS(`form[action="/deconnexion"] button`)), chromedp.WaitVisible(chromedp.CSS(`a[href="/connexion"]`)))
		run(chromedp.Navigate(site+"/connexion?suite=/portefeuille"), chromedp.Click(press), chromedp.WaitVisible(chromedp.CSS("[data-wallet]")))
		name, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("footer bdi")))
		if err != nil || name != "Nora Petit" {
			t.Errorf("the wallet is shown to %q, %v", name, err)
		}
	})
}

// authenticator opens a tab of a browser that has an authenticator of its own,
// which always knows its person.
func authenticator(t *testing.T, path string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*patience)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // begins the browser
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}
