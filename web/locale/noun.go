// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// PoolName is the French name of a pool of units: "paper" or "digital". An
// unknown pool keeps its own name.
func PoolName(pool string) string {
	switch pool {
	case "paper":
		return "Billets"
	case "digital":
		return "Numérique"
	}
	return pool
}

// Movement gives the French words of a kind of entry, as a statement shows it.
type Movement struct{ Kind, Words string }

// Movements lists the kinds of entries that have words. The last one, "other",
// stands for every kind that has none.
func Movements() []Movement {
	return []Movement{
		{"payment", "Paiement"},
		{"refund", "Remboursement"},
		{"conversion", "Change d’euros"},
		{"conversion-reversal", "Change annulé"},
		{"bonus", "Bonus"},
		{"redemption", "Reconversion"},
		{"payout", "Indemnité ou versement"},
		{"correction", "Correction"},
		{"other", "Écriture"},
	}
}

// MovementWords is the French name of a kind of entry.
func MovementWords(kind string) string {
	known := Movements()
	for _, m := range known {
		if m.Kind == kind {
			return m.Words
		}
	}
	return known[len(known)-1].Words
}
