// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"time"

	"github.com/noria-mlc/noria/web/page"
)

// notificationView is the page of hints: what is sent, the button that asks for
// them in this browser, and the browsers that have them.
type notificationView struct {
	Status  int
	Server  string // public key that the browser subscribes with
	Key     string // idempotency key of the form
	Devices []notifiedDevice
	Prove   string // where to prove who one is before hints are asked for, "" where that was lately
	Refusal *page.Refusal
}

// notifiedDevice is a browser that hints are sent to.
type notifiedDevice struct {
	ID, Label string // the label says which browser, "" where that is not known
	Since     time.Time
	Key       string // idempotency key of its form
}

// sheet is the page.
func (v notificationView) sheet() page.Sheet {
	return page.Sheet{Template: "account/notification", Script: "notify.js", Title: "push.title", Section: "account", Class: "account", View: v}
}
