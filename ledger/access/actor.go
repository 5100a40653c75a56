// SPDX-License-Identifier: AGPL-3.0-or-later

package access

import (
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Role is what somebody is in the currency; the set is fixed (rule D3).
type Role string

// The roles.
const (
	Citizen              Role = "citizen"
	MerchantOwner        Role = "merchant_owner"
	Cashier              Role = "cashier"
	DeskAgent            Role = "desk_agent"
	CollectivityAgent    Role = "collectivity_agent"
	CollectivityApprover Role = "collectivity_approver"
	Treasurer            Role = "treasurer"
	Approver             Role = "approver"
	Auditor              Role = "auditor"
	Administrator        Role = "administrator"
	// System is the role of jobs; no person and no token can hold it.
	System Role = "system"
	// Display is the role of a screen at a counter; no person and no token can hold
	// it. It shows what was paid to one organisation and can do nothing.
	Display Role = "display"
)

// Roles lists every role a person can be granted, in the order of the matrix.
func Roles() []Role {
	return []Role{Citizen, MerchantOwner, Cashier, DeskAgent, CollectivityAgent, CollectivityApprover,
		Treasurer, Approver, Auditor, Administrator}
}

// Grant gives an actor a role, for one organisation where the role is held
// within one (merchant owner, cashier, collectivité agent and approver).
type Grant struct {
	Role         Role         `json:"role"`
	Organisation ident.Holder `json:"organisation,omitzero"`
}

// Actor is who asks: a person signed in, or a job.
type Actor struct {
	ID     ident.User   // the person, for the audit trail and the two-person rule (D9)
	Holder ident.Holder // whose wallet is "my wallet"
	Grants []Grant
	Scopes Scopes // what the token that speaks for them may be used for; zero where nothing is narrowed
}

// Scope says on whose affairs a role may take an action.
type Scope string

// The scopes.
const (
	None         Scope = ""
	Own          Scope = "own"          // the actor's own holder
	Organisation Scope = "organisation" // the organisation named in the grant
	All          Scope = "all"          // everybody's
)

// ErrForbidden is the refusal of an action that no grant covers.
var ErrForbidden = fault.ErrForbidden

// Allow returns nil where a grant of the actor covers the action on the affairs
// of owner, within the scopes of the token that speaks for the actor, and
// ErrForbidden otherwise. A zero owner is nobody's affairs: only scope All
// covers it.
func Allow(a Actor, action Action, owner ident.Holder) error {
	if !a.Scopes.Covers(action) {
		return ErrForbidden
	}
	for _, g := range a.Grants {
		switch matrix[action][g.Role] {
		case All:
			return nil
		case Own:
			if !owner.IsZero() && owner == a.Holder {
				return nil
			}
		case Organisation:
			if !owner.IsZero() && owner == g.Organisation {
				return nil
			}
		}
	}
	return ErrForbidden
}

// Has says whether the actor holds a role in any organisation.
func (a Actor) Has(role Role) bool {
	for _, g := range a.Grants {
		if g.Role == role {
			return true
		}
	}
	return false
}

// Scoped says whether a role is held within one organisation.
func (r Role) Scoped() bool {
	switch r {
	case MerchantOwner, Cashier, CollectivityAgent, CollectivityApprover, Display:
		return true
	}
	return false
}

// Valid says whether the role can be granted to a person.
func (r Role) Valid() bool {
	for _, role := range Roles() {
		if r == role {
			return true
		}
	}
	return false
}
