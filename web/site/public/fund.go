// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"
	"net/url"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/page"
)

// fund shows the guarantee fund to anybody, now or at the instant of "?au=".
func (p public) fund(w http.ResponseWriter, r *http.Request) error {
	var at time.Time
	if text := r.URL.Query().Get("au"); text != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return fault.ErrInvalid.At("query/au", "must be an instant, RFC 3339")
		}
	}
	f, err := p.Conversion.Fund(r.Context(), at)
	if err != nil {
		return err
	}
	v := fundView{AsOf: f.AsOf, Seq: f.Head.Seq, Hash: f.Head.Hash, Version: f.Head.Seq,
		Past: !at.IsZero(), Total: poolView("", f.Total)}
	for _, pool := range f.Pools {
		if pool.Circulation != 0 || len(pool.Custodians) > 0 {
			v.Pools = append(v.Pools, poolView(string(pool.Pool), pool.FundSums))
		}
	}
	if at.IsZero() { // the register is of today, and tells nothing of the past
		if v.Projects, err = p.projects(r); err != nil {
			return err
		}
	}
	return p.Show(w, r, 0, v.sheet())
}

// projects are what the deposits of the fund financed. They are told beside the
// figures and change none of them (G1, G5).
func (p public) projects(r *http.Request) ([]projectRow, error) {
	all, err := p.Project.All(r.Context())
	if err != nil {
		return nil, err
	}
	var rows []projectRow
	for _, one := range all {
		row := projectRow{Name: one.Name, Commune: one.Commune, Year: one.Year, Amount: one.Amount, About: one.About, Link: one.Link}
		if u, err := url.Parse(one.Link); err == nil {
			row.Host = u.Host
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func poolView(pool string, s conversion.FundSums) page.FundPool {
	v := page.FundPool{Pool: pool, Circulation: s.Circulation, Backing: s.Backing, InTransit: s.InTransit + s.Between,
		Redeeming: s.Redeeming, Grants: s.Grants, Held: s.Held, Gap: s.Gap, Surplus: s.Surplus,
		FunderReceivable: s.FunderReceivable, MemberReceivable: s.MemberReceivable}
	for _, c := range s.Custodians {
		v.Custodians = append(v.Custodians, page.Custodian{Name: c.Name, Balance: c.Balance})
	}
	return v
}
