// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// CreateUser lets somebody in. It returns the user as it was made, whether an
// earlier request with this key made it, and fault.ErrInvalid with every wrong
// field, or what ledger.Execute returns.
func (s *Service) CreateUser(ctx context.Context, actor access.Actor, key string, in CreateUserInput) (User, bool, error) {
	if err := access.Allow(actor, access.UserCreate, ident.Holder{}); err != nil {
		return User{}, false, err
	}
	kind, err := s.checkUser(ctx, in)
	if err != nil {
		return User{}, false, err
	}
	var u User
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.UserCreate, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := onlyOne(tx, kind, in.Holder, ident.User{}, in.Grants); err != nil {
				return ident.Ref{}, err
			}
			var err error
			if u, err = insertUser(tx, in); err != nil {
				return ident.Ref{}, err
			}
			return u.ID.Ref(), tx.Keep(u)
		})
	if err != nil {
		return User{}, false, err
	}
	err = answer(out, &u)
	return u, out.Replayed, err
}

// decides says whether a role prepares or approves what needs two people.
func decides(r access.Role) bool {
	switch r {
	case access.CollectivityAgent, access.CollectivityApprover, access.Treasurer, access.Approver:
		return true
	}
	return false
}

// onlyOne returns ErrInvalid for a second user of a person who prepares or
// approves: the rule of two people (D9) tells people apart by their users.
// Several people may stand behind the holder of an organisation.
func onlyOne(tx *ledger.Tx, kind ledger.HolderKind, holder ident.Holder, user ident.User, grants []access.Grant) error {
	if kind != ledger.Individual || !slices.ContainsFunc(grants, func(g access.Grant) bool { return decides(g.Role) }) {
		return nil
	}
	var others int
	if err := tx.QueryRow(sqlDecides, holder, user.Bits[:]).Scan(&others); err != nil {
		return err
	}
	if others > 0 {
		return fault.ErrInvalid.At("/holder", "this person has a user who prepares or approves: disable it first (D9)")
	}
	return nil
}

// insertUser writes a user and the grants.
func insertUser(tx *ledger.Tx, in CreateUserInput) (User, error) {
	u := User{ID: ident.User{Bits: tx.NewID()}, Holder: in.Holder, Grants: in.Grants, CreatedAt: tx.Now()}
	if _, err := tx.Exec(sqlInsertUser, u.ID, u.Holder, u.CreatedAt.UnixMicro()); err != nil {
		return User{}, err
	}
	for _, g := range u.Grants {
		if _, err := tx.Exec(sqlInsertGrant, u.ID, string(g.Role), g.Organisation.Bits[:]); err != nil {
			return User{}, err
		}
	}
	return u, nil
}

// grantsLimit is how many grants a user can have.
const grantsLimit = 20

// checkUser checks what is asked: an existing holder; one grant at least, none
// twice, none of the system; an existing organisation where the role is held in
// one and nowhere else; collectivité roles in a collectivité, a merchant's in a
// professional or an association. It returns the kind of the holder.
func (s *Service) checkUser(ctx context.Context, in CreateUserInput) (ledger.HolderKind, error) {
	var check fault.Check
	holder, known, err := s.kindOf(ctx, in.Holder)
	if err != nil {
		return "", err
	}
	check.That(known, "/holder", "must be an existing holder")
	check.That(len(in.Grants) > 0 && len(in.Grants) <= grantsLimit, "/grants", "must be 1 to 20 grants")
	seen := make(map[access.Grant]bool, len(in.Grants))
	for i, g := range in.Grants[:min(len(in.Grants), grantsLimit)] {
		at := fmt.Sprintf("/grants/%d", i)
		check.That(!seen[g], at, "must not be given twice")
		seen[g] = true
		if err := s.checkGrant(ctx, &check, at, g); err != nil {
			return "", err
		}
	}
	return holder, check.Err()
}

// checkGrant notes what is wrong with one grant, whose fields are below at.
func (s *Service) checkGrant(ctx context.Context, check *fault.Check, at string, g access.Grant) error {
	check.That(g.Role.Valid(), at+"/role", "must be a role that a person can hold")
	if !g.Role.Scoped() {
		check.That(g.Organisation.IsZero(), at+"/organisation", "this role is not held within an organisation")
		return nil
	}
	kind, known, err := s.kindOf(ctx, g.Organisation)
	if err != nil {
		return err
	}
	check.That(known, at+"/organisation", "must be an existing holder")
	ofTown := g.Role == access.CollectivityAgent || g.Role == access.CollectivityApprover
	check.That(!known || ofTown == (kind == ledger.Collectivity), at+"/organisation", "must be a collectivity for the roles of one, and for no other role")
	check.That(kind != ledger.Individual, at+"/organisation", "must be no individual: nobody acts for another person's wallet (D3)")
	return nil
}

// kindOf returns the kind of a holder, and false where there is none.
func (s *Service) kindOf(ctx context.Context, id ident.Holder) (ledger.HolderKind, bool, error) {
	if id.IsZero() {
		return "", false, nil
	}
	h, err := s.ledger.Holder(ctx, id)
	if errors.Is(err, ledger.ErrMissing) {
		return "", false, nil
	}
	return h.Kind, err == nil, err
}

// DisableUser shuts somebody out: every token and session of the user is
// revoked at once. It says whether an earlier request with this key did it, and
// returns ErrUserMissing, ErrLastAdministrator or what ledger.Execute returns. Also
// is what other rooms do within the command, such as forgetting bound devices.
func (s *Service) DisableUser(ctx context.Context, actor access.Actor, key string, id ident.User, also ...func(*ledger.Tx, ident.User) error) (bool, error) {
	defer s.cache.forget()
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.UserDisable, Key: key, Input: id},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := s.disable(tx, id, byAdministrator); err != nil {
				return ident.Ref{}, err
			}
			for _, do := range also {
				if err := do(tx, id); err != nil {
					return ident.Ref{}, err
				}
			}
			return id.Ref(), nil
		})
	return out.Replayed, err
}

// Why a user is disabled.
const (
	byAdministrator = "administrator"
	byOwner         = "block"
)

// disable shuts a user out within a command, or returns ErrUserMissing or
// ErrLastAdministrator.
func (s *Service) disable(tx *ledger.Tx, id ident.User, why string) error {
	if err := stands(tx, id); err != nil {
		return err
	}
	if err := tx.Guard(ErrLastAdministrator, sqlDisableUser, id, tx.Now().UnixMicro(), why); err != nil {
		return err
	}
	return s.End(tx, id)
}

// stands returns ErrUserMissing for a user who is not there, or disabled.
func stands(tx *ledger.Tx, id ident.User) error {
	var n int
	if err := tx.QueryRow(sqlUserStands, id).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return ErrUserMissing
	}
	return nil
}

// answer reads into v what the first command with a repeated key kept.
func answer(out ledger.Outcome, v any) error {
	if !out.Replayed {
		return nil
	}
	if err := json.Unmarshal(out.Result, v); err != nil {
		return fmt.Errorf("stored answer: %w", err)
	}
	return nil
}
