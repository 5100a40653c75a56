// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"time"

	"github.com/noria-mlc/noria/web/page"
)

// devicesView is the devices that a person bound. Its forms are posted below
// /compte/appareils with "pin", "encore" (the same again) and "suite".
type devicesView struct {
	Demo          bool   // a click confirms here: no PIN is needed
	Fresh         bool   // changes can be made now, without signing in again
	Prove         string // where one signs in again, which comes back
	Next          string // page to go on to, "" for this one
	Here          string // what this device is called
	Bound         string // id of this device, "" where it is not bound
	Locked        bool   // this device
	PINProblem    string
	RepeatProblem string
	Refusal       *page.Refusal
	Devices       []boundDevice
}

// boundDevice is one device.
type boundDevice struct {
	ID, Label            string
	Locked, This         bool
	CreatedAt, ExpiresAt time.Time
	UsedAt               time.Time // zero where never
}

// Action is where the form of this device is posted.
func (v devicesView) Action() string {
	if v.Bound == "" {
		return devicesPath
	}
	return devicesPath + "/" + v.Bound + "/code"
}

func (v devicesView) sheet() page.Sheet {
	return page.Sheet{Template: "pay/devices", Title: "devices.title", Section: "account", Class: "account", View: v}
}
