// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlSetResidence = `INSERT INTO residences (holder, household, commune, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (holder) DO UPDATE SET household = excluded.household, commune = excluded.commune,
			set_by = excluded.set_by, set_at = excluded.set_at`
	sqlResidence    = `SELECT household, commune FROM residences WHERE holder = $1`
	sqlForgetPlaces = `DELETE FROM residences WHERE holder = $1`
)

// Residence is where a holder lives, as the association noted it: the household
// that shares a ceiling, and the commune (P12). It is personal data.
type Residence struct {
	Holder    ident.Holder `json:"holder"`
	Household string       `json:"household,omitempty"` // any key that the association gives; a household of its own where left out
	Commune   string       `json:"commune,omitempty"`   // INSEE code
}

// SetResidence notes where a holder lives. What was granted before keeps counting
// where it was counted. It returns ErrInvalid, ErrMissing and ErrForbidden.
func (s *Service) SetResidence(ctx context.Context, actor access.Actor, key string, in Residence) (Residence, bool, error) {
	if err := access.Allow(actor, access.ResidenceSet, in.Holder); err != nil {
		return Residence{}, false, err
	}
	if _, err := s.ledger.Holder(ctx, in.Holder); err != nil {
		return Residence{}, false, err
	}
	var check fault.Check
	check.That(in.Household == "" || printable(in.Household, 60), "/household", "must be at most 60 printable characters")
	check.That(in.Commune == "" || validCommune(in.Commune), "/commune", "must be an INSEE code of five characters")
	// The answer is what was asked. It is not kept with the command, which stays when
	// the person is forgotten (D6).
	_, replayed, err := execute[Residence](ctx, s, ledger.Command{Actor: actor, Action: access.ResidenceSet, Owner: in.Holder, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := tx.Exec(sqlSetResidence, in.Holder, in.Household, in.Commune, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, Residence{Holder: in.Holder}, in.Holder.Ref())
		})
	if err != nil {
		return Residence{}, false, err
	}
	return in, replayed, nil
}

// ResidenceOf reads where a holder lives; empty where nothing was noted. It
// returns ErrForbidden.
func (v *View) ResidenceOf(ctx context.Context, actor access.Actor, h ident.Holder) (Residence, error) {
	if err := access.Allow(actor, access.ResidenceRead, h); err != nil {
		return Residence{}, err
	}
	return v.Home(ctx, h)
}

// Home reads the same for whoever was allowed to ask, such as the copy of a person's
// own data (D7). It returns an error of the engine.
func (v *View) Home(ctx context.Context, h ident.Holder) (Residence, error) {
	home := Residence{Holder: h}
	err := v.committed(ctx).QueryRow(sqlResidence, h).Scan(&home.Household, &home.Commune)
	if errors.Is(err, sql.ErrNoRows) {
		return home, nil
	}
	return home, err
}

// ForgetResidence deletes within a command where a holder lives (D6).
func ForgetResidence(tx *ledger.Tx, h ident.Holder) error {
	_, err := tx.Exec(sqlForgetPlaces, h)
	return err
}

// residenceOf reads the household whose ceiling counts, which is the holder's own
// where none was noted, and the commune. The two sorts of key cannot meet: a
// noted one is written behind a letter.
func residenceOf(r rows, h ident.Holder) (Residence, error) {
	home := Residence{Holder: h}
	err := r.QueryRow(sqlResidence, h).Scan(&home.Household, &home.Commune)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Residence{}, err
	}
	if home.Household == "" {
		home.Household = "alone " + h.String()
	} else {
		home.Household = "household " + home.Household
	}
	return home, nil
}
