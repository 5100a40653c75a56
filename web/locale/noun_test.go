// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"testing"

	"github.com/noria-mlc/noria/web/locale"
)

func TestNounsOfTheBooksInFrench(t *testing.T) {
	for pool, want := range map[string]string{"paper": "Billets", "digital": "Numérique", "tokens": "tokens"} {
		if got := locale.PoolName(pool); got != want {
			t.Errorf("PoolName(%q) = %q, want %q", pool, got, want)
		}
	}
	for kind, want := range map[string]string{"payment": "Paiement", "conversion": "Change d’euros", "never-heard-of": "Écriture", "": "Écriture"} {
		if got := locale.MovementWords(kind); got != want {
			t.Errorf("MovementWords(%q) = %q, want %q", kind, got, want)
		}
	}
}
