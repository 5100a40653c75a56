// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"context"

	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/web/page"
)

// FonteOf is a rule of fonte as pages tell it to those whom it concerns.
func FonteOf(r fonte.Rule) page.Fonte {
	f := page.Fonte{Rate: r.Rate.Hundredths(), Period: string(r.Period), From: r.FirstDay.Start(), Announced: r.Status == fonte.Announced,
		Exempt: r.Exempt, Receiver: r.ReceiverName}
	if r.NextTaking != 0 {
		f.Next = r.NextTaking.Start()
	}
	return f
}

// Fontes are the rules that are announced or in force and pass a choice; none
// where nothing was voted (L12).
func (s *Site) Fontes(ctx context.Context, choose func(fonte.Rule) bool) ([]page.Fonte, error) {
	rules, err := s.Fonte.Current(ctx)
	var list []page.Fonte
	for _, r := range rules {
		if choose(r) {
			list = append(list, FonteOf(r))
		}
	}
	return list, err
}
