// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// rightsTable says who may do what on whose affairs, as the model understands
// rule D3: an action, then role:scope pairs.
const rightsTable = `
currency.open      administrator:all
currency.set       treasurer:all
desk.open          administrator:all
holder.create      desk_agent:all administrator:all
campaign.create    collectivity_agent:organisation treasurer:all
campaign.approve   collectivity_approver:organisation approver:all
campaign.fund      treasurer:all
conversion.quote   citizen:own merchant_owner:organisation desk_agent:all treasurer:all
conversion.transfer citizen:own merchant_owner:organisation
conversion.desk    desk_agent:all
conversion.settle  treasurer:all
conversion.cancel  citizen:own merchant_owner:organisation desk_agent:all treasurer:all
conversion.reverse treasurer:all
conversion.expire  system:all
redemption.request citizen:own merchant_owner:organisation collectivity_agent:organisation
redemption.settle  treasurer:all
redemption.refuse  treasurer:all
euros.move         treasurer:all
merchant.create    administrator:all
request.create     merchant_owner:organisation cashier:organisation
request.cancel     merchant_owner:organisation cashier:organisation
request.expire     system:all
request.read       citizen:all merchant_owner:all cashier:organisation treasurer:all auditor:all
payment.create     citizen:own merchant_owner:organisation collectivity_agent:organisation
payment.read       citizen:own merchant_owner:organisation cashier:organisation treasurer:all auditor:all
payment.refund     citizen:own merchant_owner:organisation
instruction.create citizen:own collectivity_agent:organisation treasurer:all
batch.create       collectivity_agent:organisation
batch.approve      collectivity_approver:organisation approver:all
batch.fund         treasurer:all
batch.execute      system:all
`

// rights is the table, by action and role.
type rights map[access.Action]map[access.Role]string

func readRights() rights {
	table := rights{}
	for line := range strings.Lines(strings.TrimSpace(rightsTable)) {
		fields := strings.Fields(line)
		of := make(map[access.Role]string, len(fields))
		for _, pair := range fields[1:] {
			role, scope, _ := strings.Cut(pair, ":")
			of[access.Role(role)] = scope
		}
		table[access.Action(fields[0])] = of
	}
	return table
}

// may says whether somebody may take an action on a holder's affairs; a zero
// holder is nobody in particular.
func (r rights) may(who access.Actor, action access.Action, owner ident.Holder) bool {
	for _, g := range who.Grants {
		switch r[action][g.Role] {
		case "all":
			return true
		case "own":
			if !owner.IsZero() && who.Holder == owner {
				return true
			}
		case "organisation":
			if !owner.IsZero() && g.Organisation == owner {
				return true
			}
		}
	}
	return false
}

// everybody says whether somebody may take an action on all affairs: only they
// may learn that a thing does not exist (rule D2).
func (r rights) everybody(who access.Actor, action access.Action) bool {
	return r.may(who, action, ident.Holder{})
}

// hidden is the refusal for a thing that does not exist.
func (r rights) hidden(who access.Actor, action access.Action) refusal {
	if r.everybody(who, action) {
		return "missing"
	}
	return "forbidden"
}

// organisations lists, once each, those for which somebody may take an action.
func (r rights) organisations(who access.Actor, action access.Action) []ident.Holder {
	var list []ident.Holder
	for _, g := range who.Grants {
		if r[action][g.Role] == "organisation" && !contains(list, g.Organisation) {
			list = append(list, g.Organisation)
		}
	}
	return list
}
