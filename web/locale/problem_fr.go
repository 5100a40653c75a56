// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// problemFR holds the French words of refusals, one line per code, in
// alphabetical order; problem_en.go holds the same codes.
func problemFR(code string) (words, bool) {
	switch code {
	case "allowance-exhausted":
		return words{"Votre part de bonus est épuisée", "Vous pouvez changer des euros sans bonus, ou attendre la période suivante."}, true
	case "already-reversed":
		return words{"Cette écriture a déjà été annulée", "Consultez le relevé : l’annulation y figure."}, true
	case "amount-overflow":
		return words{"Ce compte ne peut pas contenir autant", "Choisissez un montant plus petit."}, true
	case "batch-line-already-paid":
		return words{"Cette ligne a déjà été payée", "Retirez la ligne du lot. Le paiement précédent reste valable."}, true
	case "body-too-large":
		return words{"L’envoi est trop volumineux", "Réduisez l’envoi : 64 Kio au plus, hors dépôt de fichiers."}, true
	case "busy":
		return words{"Le service est très demandé", "Patientez quelques secondes, puis recommencez."}, true
	case "campaign-closed":
		return words{"La campagne de bonus est terminée", "Vous pouvez changer des euros sans bonus."}, true
	case "cancelled":
		return words{"La demande a été interrompue", "Recommencez."}, true
	case "closing":
		return words{"Le service redémarre", "Patientez quelques secondes, puis recommencez."}, true
	case "collectivity-cannot-spend":
		return words{"Une collectivité ne dépense pas directement", "Versez des euros à l’association : elle créditera le bénéficiaire qui l’a demandé."}, true
	case "conversion-expired":
		return words{"Cette demande de change a expiré", "Refaites une demande. Si vous avez déjà viré les euros, prévenez l’association : ils ne sont pas perdus."}, true
	case "conversion-settled":
		return words{"Ce change est déjà terminé", "Consultez votre portefeuille : le montant y est inscrit."}, true
	case "currency-not-open":
		return words{"La monnaie n’est pas encore ouverte", "L’association doit d’abord déclarer son identité et son compte dédié."}, true
	case "cursor-invalid":
		return words{"Cette page de la liste n’existe plus", "Reprenez la liste depuis le début."}, true
	case "data-folder-locked":
		return words{"Le service est déjà ouvert ailleurs", "Un administrateur doit arrêter l’autre programme."}, true
	case "digest-changed":
		return words{"Le contenu a changé depuis votre lecture", "Relisez la liste et son total, puis approuvez de nouveau."}, true
	case "disk-full":
		return words{"Le service n’a plus de place pour écrire", "Prévenez l’association. Vos soldes sont intacts."}, true
	case "forbidden":
		return words{"Vous n’avez pas le droit de faire cela", "Connectez-vous avec un autre compte, ou demandez ce droit à l’association."}, true
	case "fund-shortfall":
		return words{"Le fonds de garantie ne couvre pas cette opération", "Un trésorier doit d’abord compléter le fonds de garantie."}, true
	case "holder-kind":
		return words{"Ce type de compte n’existe pas", "Choisissez particulier, professionnel, collectivité ou association."}, true
	case "idempotency-key-malformed":
		return words{"La clé d’unicité n’est pas lisible", "Revenez à la page précédente, rechargez-la et recommencez."}, true
	case "idempotency-key-missing":
		return words{"La demande n’a pas de clé d’unicité", "Revenez à la page précédente, rechargez-la et recommencez."}, true
	case "idempotency-key-reused":
		return words{"Cette demande a déjà servi pour autre chose", "Rechargez la page précédente avant de recommencer."}, true
	case "idempotency-key-running":
		return words{"Cette demande est déjà en cours", "Patientez quelques secondes, puis rechargez la page. Ne recommencez pas."}, true
	case "insufficient-funds":
		return words{"Le solde disponible ne suffit pas", "Changez des euros, ou payez un montant plus petit."}, true
	case "internal":
		return words{"Le service a rencontré une erreur", "Rechargez la page. Si l’erreur revient, donnez sa référence à l’association."}, true
	case "invalid":
		return words{"Une information est incorrecte", "Corrigez les champs signalés et renvoyez le formulaire."}, true
	case "limited":
		return words{"Trop de demandes à la suite", "Patientez une minute, puis recommencez."}, true
	case "malformed":
		return words{"La demande n’est pas lisible", "Revenez à la page précédente et recommencez."}, true
	case "merchant-ambiguous":
		return words{"Précisez le commerce", "Votre organisation a plusieurs commerces, ou aucun : choisissez celui qui encaisse."}, true
	case "merchant-holder":
		return words{"Ce compte ne peut pas tenir un commerce", "Un commerce appartient à un professionnel ou à une association."}, true
	case "method-not-allowed":
		return words{"Cette adresse ne s’utilise pas ainsi", "Revenez à la page précédente et suivez ses boutons."}, true
	case "mirror-broken":
		return words{"L’écriture romprait la garantie", "Prévenez l’association : chaque unité doit avoir son euro."}, true
	case "missing":
		return words{"Cette page n’existe pas", "Vérifiez l’adresse, ou repartez de l’accueil."}, true
	case "no-book":
		return words{"Il n’y a pas encore de livre de comptes", "Un administrateur doit d’abord ouvrir le service."}, true
	case "not-redeemable":
		return words{"Ce compte ne peut pas être reconverti en euros", "La reconversion est réservée aux professionnels et aux collectivités."}, true
	case "not-refundable":
		return words{"Ce mouvement ne se rembourse pas", "Seul un paiement peut être remboursé."}, true
	case "payee-unknown":
		return words{"Ce bénéficiaire est introuvable", "Vérifiez le numéro ou le code, caractère par caractère."}, true
	case "posting-invalid":
		return words{"Cette écriture n’est pas équilibrée", "Vérifiez les comptes et le montant."}, true
	case "refund-exceeds-payment":
		return words{"Le remboursement dépasse le paiement", "Choisissez un montant qui ne dépasse pas ce qui reste à rembourser."}, true
	case "request-already-paid":
		return words{"Cette demande est déjà payée", "N’en payez pas une seconde : vérifiez votre portefeuille."}, true
	case "request-amount-differs":
		return words{"Le montant ne correspond pas à la demande", "Rechargez la page pour voir le montant demandé."}, true
	case "request-cancelled":
		return words{"Le commerçant a annulé cette demande", "Demandez-lui un nouveau QR code."}, true
	case "request-expired":
		return words{"Cette demande de paiement a expiré", "Demandez un nouveau QR code au commerçant."}, true
	case "same-person":
		return words{"Une autre personne doit approuver", "Celle qui prépare ne peut pas approuver. Prévenez la seconde personne."}, true
	case "same-wallet":
		return words{"Vous ne pouvez pas vous payer vous-même", "Choisissez un autre bénéficiaire."}, true
	case "schema-newer":
		return words{"Le livre de comptes vient d’une version plus récente", "Un administrateur doit installer cette version."}, true
	case "schema-older":
		return words{"Le livre de comptes doit être mis à jour", "Un administrateur doit lancer la migration."}, true
	case "unauthenticated":
		return words{"Vous n’êtes pas connecté", "Connectez-vous, puis reprenez où vous en étiez."}, true
	case "unavailable":
		return words{"Le service est momentanément indisponible", "Patientez quelques secondes, puis rechargez la page."}, true
	}
	return words{}, false
}
