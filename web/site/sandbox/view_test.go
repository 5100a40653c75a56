// SPDX-License-Identifier: AGPL-3.0-or-later

package sandbox

import (
	"testing"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

func TestPagesHoldTheLaws(t *testing.T) {
	var list []pagetest.Sample
	for _, v := range []payView{{Status: "open"}, {Status: "paid"}, {Status: "paid", Refunded: true}, {Status: "over"}} {
		v.ID, v.Title, v.Back, v.Euros = "sb_1", pagetest.Nasty, "/change/cnv_1", 123456789
		list = append(list, pagetest.Sample{Name: v.Status, Sheet: v.sheet()})
	}
	pagetest.Hold(t, list, Room().Room)
}
