// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"testing"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// reader stands for what reads codes in a picture, which the browsers of phones have
// and this one lacks: it finds a code at its third look. It notes when the camera was
// asked for, and how it was left.
const reader = `
	window.asked = window.looks = 0;
	let tracks = [];
	const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	navigator.mediaDevices.getUserMedia = async (wish) => {
		window.asked++;
		const stream = await ask(wish);
		window.tracks = tracks = stream.getTracks();
		return stream;
	};
	window.BarcodeDetector = class {
		async detect(picture) {
			if (picture.readyState < 2 || !picture.videoWidth) throw new Error("there is no picture");
			return ++window.looks < 3 ? [] : [{ rawValue: sessionStorage.getItem("code") }];
		}
	};
	addEventListener("load", () => addEventListener("pagehide", () =>
		sessionStorage.setItem("left", window.looks + " looks, " + tracks.map((track) => track.readyState))));
`

// TestACodeIsScannedWithTheCamera in a real browser, with the picture of a camera
// that it makes itself.
func TestACodeIsScannedWithTheCamera(t *testing.T) {
	tab := pagetest.NewTab(t, chromedp.Flag("use-fake-device-for-media-stream", true))
	inWorld(t, func(w *world) {
		k := keyboard{w, tab}
		k.sits("citizen", "/payer")
		tab.Until(t, `document.readyState === "complete" && document.querySelector("[data-scanner]").hidden && document.querySelector("#a") !== null`) // it reads no codes
		_, err := chromedp.Call(tab.Context, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: reader})
		must(t, err)
		camera := func(setting devtools.PermissionSetting) { // what somebody answers whom the browser asks
			t.Helper()
			_, err := chromedp.CallBrowser(tab.Context, devtools.SetPermission, devtools.SetPermissionParams{Origin: w.server.URL,
				Permission: &devtools.PermissionDescriptor{Name: "camera"}, Setting: setting})
			must(t, err)
		}
		camera(devtools.PermissionSettingGranted)
		shows := func(code string) {
			t.Helper()
			tab.Open(t, w.server.URL+"/payer")
			tab.Until(t, fmt.Sprintf(`(sessionStorage.setItem("code", %q), sessionStorage.removeItem("left"), !document.querySelector("[data-scanner]").hidden)`, code))
		}
		left := func(want string) {
			t.Helper()
			got, err := chromedp.Run(tab.Context, chromedp.Evaluate[string](`sessionStorage.getItem("left")`))
			must(t, err)
			if got != want {
				t.Errorf("the camera was left after %s, want %s", got, want)
			}
		}

		// Somebody else's code is followed by nobody, and said; whoever leaves takes the
		// camera with them.
		shows("https://example.org" + w.say("/payer?a=${shop.code}"))
		tab.Until(t, `document.readyState === "complete" && window.asked === 0`)
		k.does("[data-scan]", `!document.querySelector("[data-scan-foreign]").hidden && document.querySelector("[data-scan-foreign]").textContent.length > 20`)
		tab.Until(t, `window.asked === 1 && window.looks >= 5 && location.pathname + location.search === "/payer" && window.tracks.every((track) => track.readyState === "live")`)
		tab.Until(t, `!document.querySelector("[data-video]").hidden && document.querySelector("[data-scan-problem]").hidden`)
		must(t, chromedp.Do(tab.Context, chromedp.Evaluate[chromedp.Void](`void (window.looks = -100)`))) // no look comes between
		tab.Open(t, w.server.URL+"/portefeuille")
		tab.Until(t, `/^-\d+ looks, ended$/.test(sessionStorage.getItem("left"))`)

		// What is no address at all is refused in the same way.
		shows("bonjour")
		k.does("[data-scan]", `!document.querySelector("[data-scan-foreign]").hidden && location.search === ""`)

		// Ours leads on, to a form that knows whom it pays.
		shows(w.server.URL + w.say("/payer?a=${shop.code}"))
		k.does("[data-scan]", w.say(`document.readyState === "complete" && location.search === "?a=${shop.code}" && document.querySelector("#a").value !== ""`))
		left("3 looks, ended")

		// A camera that is refused: words, and the number may be typed.
		camera(devtools.PermissionSettingDenied)
		shows("")
		k.does("[data-scan]", `!document.querySelector("[data-scan-problem]").hidden && document.querySelector("[data-scan-problem]").textContent.length > 20`)
		tab.Until(t, `window.asked === 1 && window.looks === 0 && document.querySelector("[data-video]").hidden && !document.querySelector("[data-scan]").hidden && document.querySelector("[data-scan-foreign]").hidden`)
		k.types("#a", w.known["shop.code"])
		tab.Until(t, fmt.Sprintf(`document.querySelector("#a").value === %q`, w.known["shop.code"]))
	})
}
