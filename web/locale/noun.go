// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// PoolName is the name of a pool of units: "paper" or "digital". An unknown pool
// keeps its own name.
func PoolName(pool, lang string) string {
	switch {
	case pool == "paper" && isEnglish(lang):
		return "Notes"
	case pool == "digital" && isEnglish(lang):
		return "Digital"
	case pool == "paper":
		return "Billets"
	case pool == "digital":
		return "Numérique"
	}
	return pool
}

// Movement gives the words of a movement, as a statement shows it. Kind is that
// of the entry, in the books' own words; see Movements.
type Movement struct{ Kind, Words string }

// BonusKind names the second movement of a conversion that carried a bonus: one
// entry of kind "conversion" puts both into the wallet.
const BonusKind = "bonus"

// Movements lists what a wallet can see: the kinds of entry that move its
// units, and BonusKind. The last one, "other", stands for everything that has
// no words of its own.
func Movements(lang string) []Movement {
	if isEnglish(lang) {
		return []Movement{
			{"conversion", "Change of euros"},
			{BonusKind, "Bonus"},
			{"reversal", "Cancellation"},
			{"chargeback", "Returned debit"},
			{"recovery", "Recovery of a returned debit"},
			{"payment", "Payment"},
			{"refund", "Refund"},
			{"reservation", "Redemption asked for"},
			{"release", "Redemption refused"},
			{"payout", "Allowance or transfer"},
			{"exchange", "Paper notes exchanged"},
			{"gift", "Gift of the association"},
			{"fonte", "Demurrage"},
			{"other", "Entry"},
		}
	}
	return []Movement{
		{"conversion", "Change d’euros"},
		{BonusKind, "Bonus"},
		{"reversal", "Annulation"},
		{"chargeback", "Prélèvement rejeté"},
		{"recovery", "Reprise d’un prélèvement rejeté"},
		{"payment", "Paiement"},
		{"refund", "Remboursement"},
		{"reservation", "Reconversion demandée"},
		{"release", "Reconversion refusée"},
		{"payout", "Indemnité ou versement"},
		{"exchange", "Échange de billets"},
		{"gift", "Don de l’association"},
		{"fonte", "Fonte"},
		{"other", "Écriture"},
	}
}

// MovementWords is the name of a kind of movement.
func MovementWords(kind, lang string) string {
	known := Movements(lang)
	for _, m := range known {
		if m.Kind == kind {
			return m.Words
		}
	}
	return known[len(known)-1].Words
}
