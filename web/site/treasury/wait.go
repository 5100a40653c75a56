// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// mostWait is for how many days at most value born of a bonus may wait.
const mostWait = 366

// waitForm is for how many days value born of a bonus waits before a professional
// may redeem it, as it is typed. It is posted to /tresorerie/reglages/attente.
type waitForm struct{ Key, Days, DaysBad string }

// waitNow is the form with what holds.
func (t treasury) waitNow(r *http.Request) (waitForm, error) {
	days, err := t.Conversion.BonusWait(r.Context())
	return waitForm{Key: t.NewKey(), Days: strconv.Itoa(days)}, err
}

// setWait decides it.
func (t treasury) setWait(w http.ResponseWriter, r *http.Request) error {
	f := waitForm{Key: site.FormKey(r), Days: r.PostFormValue("attente")}
	v, err := t.settingsNow(r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(f.Days))
	if err != nil || days < 0 || days > mostWait {
		if f.DaysBad, err = t.Say(r, "settings.wait-bad"); err != nil {
			return err
		}
		v.Wait, v.Status = f, http.StatusUnprocessableEntity
		return t.showSettings(w, r, v)
	}
	v.Wait = f
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Conversion.SetBonusWait(r.Context(), a, f.Key, days)
	}
	return t.Concluded(w, r, err, "/tresorerie/reglages", "/tresorerie/reglages", func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showSettings(w, r, v)
	})
}
