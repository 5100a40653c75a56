// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// problemFR holds the French words of refusals, one line per code, in
// alphabetical order; problem_en.go holds the same codes.
func problemFR(code string) (words, bool) {
	switch code {
	case "account-not-dedicated":
		return words{"Ce compte bancaire n’est pas un compte dédié", "Choisissez un compte dédié du numérique."}, true
	case "account-unknown":
		return words{"Ce compte n’existe pas dans le plan de comptes", "Vérifiez le code du compte, caractère par caractère."}, true
	case "address-known":
		return words{"Cette adresse a déjà un compte", "Demandez à la personne son numéro de membre, ou laissez l’adresse vide."}, true
	case "affairs-open":
		return words{"Une opération est encore en cours", "Attendez qu’elle se termine, ou annulez-la, puis recommencez."}, true
	case "allowance-exhausted":
		return words{"Votre part de bonus est épuisée", "Vous pouvez changer des euros sans bonus, ou attendre la période suivante."}, true
	case "already-reversed":
		return words{"Cette écriture a déjà été annulée", "Consultez le relevé : l’annulation y figure."}, true
	case "amendment-decided":
		return words{"L’avenant a déjà été approuvé ou retiré", "Rechargez la page : l’historique montre la décision."}, true
	case "amendment-open":
		return words{"Un autre avenant attend une approbation", "Faites-le approuver ou retirez-le, puis recommencez."}, true
	case "amount-differs":
		return words{"Les euros reçus ne sont pas ceux attendus", "Comparez le relevé de la banque et le montant attendu, au centime près."}, true
	case "amount-overflow":
		return words{"Ce compte ne peut pas contenir autant", "Choisissez un montant plus petit."}, true
	case "bank-account-awaits":
		return words{"Des euros sont attendus sur ce compte", "Attendez que les changes et les virements en cours soient réglés, puis recommencez."}, true
	case "bank-account-decided":
		return words{"Cette proposition est déjà conclue", "Rechargez la page : elle a été appliquée ou écartée."}, true
	case "bank-account-exists":
		return words{"Ce compte existe déjà", "Le nom court ou l’IBAN est déjà celui d’un compte de l’association. Vérifiez le relevé d’identité bancaire."}, true
	case "bank-account-holds":
		return words{"Ce compte n’est pas vide", "Virez d’abord ce qu’il contient vers un autre compte dédié, et enregistrez le virement."}, true
	case "bank-account-last":
		return words{"C’est le dernier compte dédié de ces unités", "Ouvrez-en un autre avant de fermer celui-ci : le fonds de garantie a toujours un compte."}, true
	case "bank-account-proposed":
		return words{"Une proposition attend déjà pour ce compte", "Une autre personne l’approuve ou l’écarte avant qu’on en fasse une nouvelle."}, true
	case "bank-reference-used":
		return words{"Ce virement a déjà été enregistré", "Relisez la référence du relevé de la banque : chaque virement compte une fois."}, true
	case "batch-line-already-paid":
		return words{"Cette ligne a déjà été payée", "Retirez la ligne du lot. Le paiement précédent reste valable."}, true
	case "batch-line-settled":
		return words{"Cette ligne est déjà payée ou rendue", "Rechargez le lot pour voir où en est chaque ligne."}, true
	case "batch-not-approved":
		return words{"Le lot n’attend pas d’euros", "Une seconde personne doit d’abord approuver le lot, et il se règle une seule fois."}, true
	case "batch-not-draft":
		return words{"Le lot a déjà été approuvé", "Son contenu ne change plus : préparez un nouveau lot pour ce qui manque."}, true
	case "batch-not-executed":
		return words{"Le lot n’est pas encore exécuté", "Attendez que chaque ligne soit payée ou rendue, puis demandez le justificatif."}, true
	case "batch-not-funded":
		return words{"Les euros du lot ne sont pas tous arrivés", "Enregistrez le virement de la collectivité, puis recommencez."}, true
	case "batch-withdrawn":
		return words{"Ce lot a été retiré", "Rien n’a été payé. Préparez un nouveau lot."}, true
	case "beneficiaries-full":
		return words{"Votre liste de bénéficiaires est pleine", "Retirez quelqu’un que vous ne payez plus, puis recommencez."}, true
	case "body-too-large":
		return words{"L’envoi est trop volumineux", "Réduisez l’envoi : 64 Kio au plus, hors dépôt de fichiers."}, true
	case "bonus-waits":
		return words{"Une partie de ces unités vient d’un bonus trop récent", "Reconvertissez la part libre, ou attendez le jour indiqué. Vous pouvez dépenser le tout."}, true
	case "budget-exceeded":
		return words{"La campagne dépasserait son budget", "Relisez la convention : les versements ne dépassent pas le budget voté."}, true
	case "budget-exhausted":
		return words{"Le budget de la campagne ne suffit plus", "Vous pouvez changer des euros sans bonus. La collectivité peut verser la suite de son budget."}, true
	case "busy":
		return words{"Le service est très demandé", "Patientez quelques secondes, puis recommencez."}, true
	case "campaign-approved":
		return words{"La campagne est déjà approuvée", "Elle ne s’approuve qu’une fois : consultez-la."}, true
	case "campaign-closed":
		return words{"La campagne de bonus est terminée", "Vous pouvez changer des euros sans bonus."}, true
	case "campaign-draft":
		return words{"Personne n’a encore approuvé la campagne", "Une seconde personne doit d’abord l’approuver."}, true
	case "campaign-open":
		return words{"La campagne peut encore donner des bonus", "Attendez son dernier jour, ou fermez-la d’abord."}, true
	case "campaign-paused":
		return words{"La campagne est suspendue", "Une personne qui approuve pour la collectivité ou l’association peut la reprendre."}, true
	case "campaign-runs":
		return words{"La campagne n’est pas suspendue", "Rechargez la page pour voir où elle en est."}, true
	case "cancelled":
		return words{"La demande a été interrompue", "Recommencez."}, true
	case "card-decided":
		return words{"Ce paiement par carte a déjà sa décision", "Rechargez la page : une proposition attend peut-être une seconde personne, ou le prestataire a déjà rendu les euros."}, true
	case "card-deed":
		return words{"Cette décision ne va pas avec ce paiement", "Rechargez la page pour voir ce qui peut être décidé."}, true
	case "channel-unavailable":
		return words{"Ce moyen de verser des euros n’est pas proposé", "Changez des euros à un comptoir ou par virement."}, true
	case "closing":
		return words{"Le service redémarre", "Patientez quelques secondes, puis recommencez."}, true
	case "code-refused":
		return words{"Ce code n’est pas le bon", "Attendez le code suivant de votre application, ou prenez un code de secours qui n’a pas servi."}, true
	case "collectivity-cannot-hold":
		return words{"Une collectivité ne change pas d’euros pour elle-même", "Elle finance une campagne ou un lot de paiements : l’association crédite les bénéficiaires."}, true
	case "collectivity-cannot-spend":
		return words{"Une collectivité ne dépense pas directement", "Versez des euros à l’association : elle créditera le bénéficiaire qui l’a demandé."}, true
	case "commission-changed":
		return words{"La commission a changé entre-temps", "Recommencez : vous verrez le montant exact en euros avant de confirmer."}, true
	case "confirmation-method":
		return words{"Ce moyen de confirmer n’est pas proposé ici", "Choisissez un des moyens affichés, ou ajoutez une clé d’accès dans votre compte."}, true
	case "confirmation-refused":
		return words{"Votre clé d’accès n’a pas confirmé ce paiement", "Vérifiez le montant et le bénéficiaire, puis confirmez de nouveau."}, true
	case "confirmation-required":
		return words{"Ce paiement attend votre confirmation", "Connectez-vous avec votre clé d’accès ou votre mot de passe, puis confirmez le montant et le bénéficiaire."}, true
	case "confirmation-too-fast":
		return words{"La confirmation est venue trop vite", "Prenez le temps de lire le montant et le nom du bénéficiaire, puis confirmez."}, true
	case "conversion-awaiting":
		return words{"Ce change attend encore ses euros", "Enregistrez d’abord le virement, ou annulez la demande."}, true
	case "conversion-cancelled":
		return words{"Cette demande de change est annulée", "Refaites une demande. Si vous avez déjà viré les euros, prévenez l’association : ils ne sont pas perdus."}, true
	case "conversion-expired":
		return words{"Cette demande de change a expiré", "Refaites une demande. Si vous avez déjà viré les euros, prévenez l’association : ils ne sont pas perdus."}, true
	case "conversion-not-due":
		return words{"Cette demande de change n’a pas encore expiré", "Attendez la date indiquée, ou annulez la demande."}, true
	case "conversion-reversed":
		return words{"Ce change a été annulé", "Consultez le relevé : l’annulation y figure."}, true
	case "conversion-settled":
		return words{"Ce change est déjà terminé", "Consultez votre portefeuille : le montant y est inscrit."}, true
	case "cross-origin":
		return words{"Cette demande vient d’un autre site", "Ouvrez le service à sa propre adresse, puis recommencez."}, true
	case "csv-invalid":
		return words{"Le fichier contient des lignes incorrectes", "Corrigez les lignes signalées et renvoyez tout le fichier : rien n’a été enregistré."}, true
	case "currency-not-open":
		return words{"La monnaie n’est pas encore ouverte", "L’association doit d’abord déclarer son identité et son compte dédié."}, true
	case "currency-open-already":
		return words{"La monnaie est déjà ouverte", "Son identité est enregistrée : consultez la page de la monnaie."}, true
	case "cursor-invalid":
		return words{"Cette page de la liste n’existe plus", "Reprenez la liste depuis le début."}, true
	case "data-folder-locked":
		return words{"Le service est déjà ouvert ailleurs", "Un administrateur doit arrêter l’autre programme."}, true
	case "database-encoding":
		return words{"La base n’a pas le bon encodage", "Un administrateur doit la créer en UTF-8."}, true
	case "database-login":
		return words{"Le serveur de base de données a refusé le service", "Un administrateur doit vérifier l’utilisateur et le mot de passe."}, true
	case "database-missing":
		return words{"Le serveur n’a pas cette base", "Un administrateur doit d’abord la créer."}, true
	case "database-unreachable":
		return words{"La base de données ne répond pas", "Rien n’a été écrit. Attendez quelques secondes et réessayez."}, true
	case "database-url":
		return words{"L’adresse de la base n’est pas utilisable", "Un administrateur doit donner une adresse postgres://."}, true
	case "debit-creditor-missing":
		return words{"L’association ne prélève pas encore", "Son trésorier doit d’abord enregistrer l’identifiant créancier SEPA."}, true
	case "debit-file-unwritable":
		return words{"La banque refuserait ce fichier", "Corrigez les lignes signalées, puis préparez une nouvelle remise."}, true
	case "debit-not-sent":
		return words{"Ce prélèvement n’est pas à la banque", "Rechargez la remise pour voir où en est chaque prélèvement."}, true
	case "desk-exists":
		return words{"Un comptoir porte déjà ce nom", "Choisissez un autre nom court."}, true
	case "desk-missing":
		return words{"Aucun comptoir de change n’est ouvert", "L’association doit d’abord ouvrir un comptoir, ou changez par virement."}, true
	case "desk-short":
		return words{"La caisse du comptoir n’a plus ces euros", "Ils ont été remis à la banque : rendez-les par virement, avec la trésorerie."}, true
	case "devices-full":
		return words{"Dix appareils sont déjà reliés à votre compte", "Retirez d’abord celui que vous n’utilisez plus, puis recommencez."}, true
	case "digest-changed":
		return words{"Le contenu a changé depuis votre lecture", "Relisez la liste et son total, puis approuvez de nouveau."}, true
	case "disk-full":
		return words{"Le service n’a plus de place pour écrire", "Prévenez l’association. Vos soldes sont intacts."}, true
	case "dues-cancelled":
		return words{"Cette cotisation a déjà été annulée", "Relisez la liste des cotisations."}, true
	case "dues-no-account":
		return words{"La cotisation ne se règle pas en unités ici", "Réglez-la en euros à un comptoir, ou par virement."}, true
	case "dues-paid":
		return words{"Cette année est déjà réglée", "L’adhésion est à jour : il n’y a rien d’autre à payer."}, true
	case "dues-rate-missing":
		return words{"Aucune cotisation n’est fixée pour cette année", "La trésorerie fixe d’abord la cotisation de ce type de compte."}, true
	case "dues-too-little":
		return words{"La cotisation est plus élevée", "Le montant est au moins celui fixé pour l’année ; vous pouvez donner davantage."}, true
	case "dues-year":
		return words{"Cette année ne peut pas être réglée", "La cotisation se règle pour l’année en cours ou la suivante."}, true
	case "ease-exceeded":
		return words{"Ce paiement demande une confirmation complète", "Confirmez avec votre clé d’accès, votre code PIN ou un code de votre application."}, true
	case "erasure-ended":
		return words{"Cet effacement est déjà terminé", "Il a été fait ou annulé. Rechargez la page pour voir où il en est."}, true
	case "erasure-open":
		return words{"L’effacement est déjà demandé", "Il aura lieu à la date prévue. Vous pouvez encore l’annuler."}, true
	case "erasure-second-person":
		return words{"Une autre personne doit approuver", "Un effacement immédiat se décide à deux, et jamais par la personne concernée."}, true
	case "export-code":
		return words{"Le code de la monnaie ne convient pas à l’export", "Choisissez 1 à 20 caractères visibles, sans guillemets, autres que EUR."}, true
	case "fonte-announced":
		return words{"Une autre règle de fonte est déjà annoncée", "Arrêtez-la d’abord, puis approuvez celle-ci."}, true
	case "fonte-approved":
		return words{"Cette règle de fonte est déjà approuvée", "Elle est annoncée ou en vigueur : il n’y a rien d’autre à faire."}, true
	case "fonte-ended":
		return words{"Cette règle de fonte est terminée", "Elle a été arrêtée, retirée ou remplacée : relisez la liste des règles."}, true
	case "fonte-notice":
		return words{"Le préavis de cette fonte est trop court", "Il faut au moins 30 jours, et le préavis annoncé, entre l’approbation et le premier jour : choisissez un premier jour plus tard."}, true
	case "forbidden":
		return words{"Vous n’avez pas le droit de faire cela", "Connectez-vous avec un autre compte, ou demandez ce droit à l’association."}, true
	case "fund-shortfall":
		return words{"Le fonds de garantie ne couvre pas cette opération", "Un trésorier doit d’abord compléter le fonds de garantie."}, true
	case "gift-approved":
		return words{"Ces dons sont déjà approuvés", "Il reste à les verser."}, true
	case "gift-closed":
		return words{"Cette campagne de don est close", "Elle a été versée ou abandonnée : relisez la liste."}, true
	case "gift-not-admitted":
		return words{"Cette association ne peut pas être choisie", "Choisissez-en une autre dans la liste."}, true
	case "gift-not-approved":
		return words{"Ces dons ne sont pas approuvés", "Une autre personne doit les approuver avant le versement."}, true
	case "gift-nothing":
		return words{"Il n’y a rien à donner pour cette période", "Aucun membre ayant choisi une association n’y a changé d’euros."}, true
	case "gift-overlap":
		return words{"Une autre campagne de don couvre une partie de cette période", "Choisissez des dates qui suivent la dernière campagne, ou abandonnez celle-ci."}, true
	case "grant-given":
		return words{"Cette personne a déjà ce rôle", "Rechargez la liste de ses rôles : il n’y a rien à faire."}, true
	case "grant-missing":
		return words{"Cette personne n’a pas ce rôle", "Rechargez la liste de ses rôles : il a peut-être déjà été retiré."}, true
	case "handles-too-many":
		return words{"Trop de numéros ont été essayés", "Attendez une minute, puis vérifiez le numéro ou le code avant de recommencer."}, true
	case "holder-kind":
		return words{"Ce type de compte n’existe pas", "Choisissez particulier, professionnel, collectivité ou association."}, true
	case "hook-malformed":
		return words{"Cette notification ne désigne aucun paiement", "Le prestataire de paiement doit la renvoyer sous la forme convenue."}, true
	case "hook-signature":
		return words{"La signature de cette notification n’est pas valable", "Vérifiez la clé de signature chez le prestataire et dans la configuration."}, true
	case "household-exhausted":
		return words{"Le foyer a reçu tout son bonus", "Vous pouvez changer des euros sans bonus, ou attendre la période suivante."}, true
	case "iban-differs":
		return words{"Ce numéro de compte n’est pas celui qui a été saisi", "Relisez le RIB : si la saisie est fausse, faites-la corriger par la personne qui l’a faite."}, true
	case "idempotency-key-malformed":
		return words{"La clé d’unicité n’est pas lisible", "Revenez à la page précédente, rechargez-la et recommencez."}, true
	case "idempotency-key-missing":
		return words{"La demande n’a pas de clé d’unicité", "Revenez à la page précédente, rechargez-la et recommencez."}, true
	case "idempotency-key-reused":
		return words{"Cette demande a déjà servi pour autre chose", "Rechargez la page précédente avant de recommencer."}, true
	case "identity-exists":
		return words{"Cette personne peut déjà se connecter", "Pour lui rendre l’accès, ouvrez plutôt une demande de récupération."}, true
	case "instruction-revoked":
		return words{"Cette demande de versement a déjà été retirée", "La personne peut en signer une nouvelle."}, true
	case "insufficient-funds":
		return words{"Le solde disponible ne suffit pas", "Changez des euros, ou payez un montant plus petit."}, true
	case "intent-changed":
		return words{"Ce qui vous a été montré a changé", "Recommencez : vous verrez le montant et le bénéficiaire du moment avant de confirmer."}, true
	case "intent-expired":
		return words{"Le délai pour confirmer est passé", "Recommencez : vous aurez cinq minutes pour confirmer."}, true
	case "internal":
		return words{"Le service a rencontré une erreur", "Rechargez la page. Si l’erreur revient, donnez sa référence à l’association."}, true
	case "invalid":
		return words{"Une information est incorrecte", "Corrigez les champs signalés et renvoyez le formulaire."}, true
	case "issuer-linked":
		return words{"Cette identité, ou votre compte, est déjà reliée ailleurs", "Détachez d’abord le lien qui existe, depuis la page de votre compte."}, true
	case "issuer-refused":
		return words{"Votre identité n’a pas été confirmée", "Recommencez, ou connectez-vous autrement."}, true
	case "issuer-unavailable":
		return words{"Ce service d’identité ne répond pas", "Réessayez dans un moment, ou connectez-vous autrement."}, true
	case "issuer-unlinked":
		return words{"Aucun compte n’est relié à cette identité", "Connectez-vous autrement, puis reliez-la depuis la page de votre compte."}, true
	case "job-probe":
		return words{"Cet essai n’enregistre rien", "Vous n’avez rien à faire : le service vérifie seulement qu’il peut écrire."}, true
	case "job-running":
		return words{"Cette tâche est déjà en cours", "Attendez qu’elle se termine, une minute au plus, puis recommencez."}, true
	case "job-unknown":
		return words{"Aucune tâche ne porte ce nom", "Vérifiez le nom de la tâche."}, true
	case "last-administrator":
		return words{"C’est la dernière personne administratrice", "Donnez d’abord ce rôle à une autre personne."}, true
	case "last-grant":
		return words{"C’est le dernier rôle de cette personne", "Pour lui fermer l’accès, désactivez plutôt son compte."}, true
	case "last-proof":
		return words{"C’est votre dernier moyen de vous connecter", "Ajoutez d’abord une autre clé d’accès, ou un mot de passe avec une application de codes."}, true
	case "limited":
		return words{"Trop de demandes à la suite", "Patientez une minute, puis recommencez."}, true
	case "loop-closed":
		return words{"Cette alerte est déjà classée", "Rechargez la page pour voir les alertes ouvertes."}, true
	case "mail-address":
		return words{"Ce n’est pas une adresse électronique", "Vérifiez-la, lettre par lettre."}, true
	case "mail-words":
		return words{"Un courrier ne peut pas contenir ces caractères", "Retirez les retours à la ligne et les caractères de contrôle."}, true
	case "malformed":
		return words{"La demande n’est pas lisible", "Revenez à la page précédente et recommencez."}, true
	case "mandate-ended":
		return words{"Ce mandat de prélèvement n’est plus valable", "Un nouveau mandat peut être signé. S’il est dans une remise, abandonnez-la et préparez-en une autre."}, true
	case "mandate-once":
		return words{"Un mandat d’un seul prélèvement ne se modifie pas", "Annulez-le, puis signez-en un autre."}, true
	case "media-type":
		return words{"Ce format d’envoi n’est pas accepté", "Envoyez du JSON (application/json), ou un fichier CSV (text/csv) là où il est prévu."}, true
	case "membership-ended":
		return words{"L’adhésion n’est plus à jour", "Elle se renouvelle sur la page « Adhésion » ou à un comptoir ; le change reprend aussitôt après."}, true
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
	case "move-unfinished":
		return words{"Le livre est encore en déménagement", "Un administrateur doit terminer le déménagement."}, true
	case "no-book":
		return words{"Il n’y a pas encore de livre de comptes", "Un administrateur doit d’abord ouvrir le service."}, true
	case "not-a-person":
		return words{"Seul le compte d’un particulier s’efface", "Pour une organisation, fermez plutôt l’accès de ses utilisateurs."}, true
	case "not-recoverable":
		return words{"Ce compte ne peut pas être récupéré ainsi", "Il faut un seul utilisateur avec une adresse vérifiée. Sinon, invitez la personne."}, true
	case "not-redeemable":
		return words{"Ce compte ne peut pas être reconverti en euros", "La reconversion est réservée aux professionnels et aux collectivités."}, true
	case "not-refundable":
		return words{"Ce mouvement ne se rembourse pas", "Seul un paiement peut être remboursé."}, true
	case "not-returnable":
		return words{"Une banque ne reprend pas des espèces", "Seuls un prélèvement, une carte, un virement ou un chèque peuvent revenir impayés."}, true
	case "nothing-owed":
		return words{"La personne ne doit pas autant", "Rechargez la page : un crédit a pu régler une partie de la créance."}, true
	case "nothing-to-transfer":
		return words{"Aucun virement n’est à faire", "Les comptes dédiés contiennent ce qui est dû : il n’y a pas de fichier à remettre à la banque."}, true
	case "one-volunteer":
		return words{"Il faut deux bénévoles", "Une autre personne de l’association doit approuver, et jamais la personne concernée."}, true
	case "outcome-unknown":
		return words{"Nous ne savons pas encore si l’opération a eu lieu", "Renvoyez la même demande dans un instant : elle ne sera pas faite deux fois."}, true
	case "own-grant":
		return words{"Personne ne se donne un rôle qui décide de l’argent", "Demandez à une autre personne administratrice de vous donner ce rôle."}, true
	case "pairing-code":
		return words{"Ce code ne relie pas d’écran", "Relisez le code sur le compte du commerce. Il vaut dix minutes et une seule fois : au besoin, créez-en un autre."}, true
	case "paper-closed":
		return words{"Ce mouvement de billets est terminé", "Rechargez la page pour voir où il en est."}, true
	case "paper-difference-none":
		return words{"La caisse de ce comptoir n’a pas cet écart", "Relisez l’écart affiché et son sens : il manquait des euros, ou il y en avait trop."}, true
	case "paper-invalid":
		return words{"Cette pièce n’est pas un PDF lisible", "Joignez un fichier PDF de 2 Mio au plus, tel que le fournisseur l’a envoyé."}, true
	case "paper-nothing-owed":
		return words{"Rien d’autant n’est dû entre les deux fonds dans ce sens", "Relisez le montant dû : un virement ne règle que des échanges déjà faits."}, true
	case "paper-numbers-needed":
		return words{"Ces billets sont neufs : il faut leurs numéros", "Écrivez le premier numéro de la liasse."}, true
	case "paper-numbers-used":
		return words{"Ces numéros de billets ont déjà été imprimés", "Relisez le bon de livraison : les numéros suivent toujours les derniers imprimés."}, true
	case "paper-stock-short":
		return words{"Ces billets ne sont pas à cet endroit", "Comptez le stock et comparez-le à ce qui est affiché, valeur par valeur."}, true
	case "paper-undo-late":
		return words{"Une vente de billets ne s’annule que le jour même", "Reprenez les billets contre du numérique : le membre ne perd rien."}, true
	case "passkeys-full":
		return words{"Vous avez déjà vingt clés d’accès", "Retirez d’abord celle que vous n’utilisez plus, puis recommencez."}, true
	case "passkeys-off":
		return words{"Les clés d’accès ne sont pas disponibles ici", "Ouvrez le service par son nom de domaine, ou connectez-vous par mot de passe."}, true
	case "password-breached":
		return words{"Ce mot de passe figure dans une fuite de données connue", "Choisissez-en un autre, qui ne vous a jamais servi : trois ou quatre mots sans rapport entre eux conviennent."}, true
	case "password-weak":
		return words{"Ce mot de passe est trop facile à deviner", "Prenez 12 caractères ou plus : trois ou quatre mots sans rapport entre eux conviennent."}, true
	case "payee-membership-ended":
		return words{"Ce bénéficiaire n’est plus adhérent", "Il pourra être payé dès qu’il aura renouvelé son adhésion."}, true
	case "payee-unknown":
		return words{"Ce bénéficiaire est introuvable", "Vérifiez le numéro ou le code, caractère par caractère."}, true
	case "payer-exhausted":
		return words{"Ce compte bancaire a apporté tout son bonus", "Vous pouvez changer des euros sans bonus, ou attendre la période suivante."}, true
	case "payout-account-approved":
		return words{"Ce compte bancaire est déjà approuvé", "Consultez la liste des comptes : sa date d’effet y figure."}, true
	case "payout-account-changed":
		return words{"Un compte bancaire a changé depuis la préparation", "Annulez cette série de virements et préparez-en une autre : la reconversion concernée attendra."}, true
	case "payout-account-replaced":
		return words{"Un compte bancaire plus récent remplace celui-ci", "Consultez la liste des comptes et approuvez le dernier, s’il attend."}, true
	case "pin-locked":
		return words{"Le code PIN de cet appareil est bloqué", "Reconnectez-vous avec votre clé d’accès ou votre mot de passe, puis choisissez un nouveau code PIN."}, true
	case "pin-weak":
		return words{"Ce code PIN est trop facile à deviner", "Choisissez six chiffres sans suite ni répétition, et qui ne soient pas une date de naissance."}, true
	case "pin-wrong":
		return words{"Ce code PIN n’est pas le bon", "Essayez de nouveau. Après cinq erreurs, le code est bloqué sur cet appareil."}, true
	case "posting-invalid":
		return words{"Cette écriture n’est pas équilibrée", "Vérifiez les comptes et le montant."}, true
	case "project-changed":
		return words{"Ce projet a changé entre-temps", "Rechargez la liste : quelqu’un l’a modifié ou retiré."}, true
	case "proof-ended":
		return words{"Ce lien ou cette page a déjà servi, ou a expiré", "Recommencez depuis le début : un lien ne sert qu’une fois."}, true
	case "proof-refused":
		return words{"Ces identifiants n’ouvrent pas de session", "Vérifiez l’adresse et le mot de passe, ou essayez une autre clé d’accès."}, true
	case "proof-stale":
		return words{"Confirmez d’abord que c’est vous", "Connectez-vous de nouveau, puis faites ce changement dans les cinq minutes."}, true
	case "provider-unavailable":
		return words{"Le paiement par carte est momentanément indisponible", "Rien n’a été débité. Réessayez dans quelques minutes, ou choisissez le virement."}, true
	case "push-endpoint":
		return words{"Ce navigateur ne peut pas recevoir d’avis", "Essayez avec Firefox, Chrome, Edge ou Safari, à jour."}, true
	case "quote-changed":
		return words{"Le bonus a changé entre-temps", "Relisez le nouveau calcul, puis confirmez si vous êtes d’accord."}, true
	case "recovery-early":
		return words{"Ce code n’est pas encore valable", "Un délai protège la personne contre une demande faite à sa place. Revenez un peu plus tard."}, true
	case "recovery-ended":
		return words{"Cette récupération n’est plus valable", "Elle a déjà servi, a été annulée, ou date trop. Demandez à l’association de recommencer."}, true
	case "recovery-office":
		return words{"Une personne administratrice doit approuver", "Ce compte a un rôle qui décide : demandez à une personne administratrice."}, true
	case "recovery-open":
		return words{"Une récupération est déjà en cours", "Menez-la à son terme, ou annulez-la avant d’en ouvrir une autre."}, true
	case "redemption-approved":
		return words{"Rien n’attend d’approbation pour cette reconversion", "Consultez-la pour voir où elle en est."}, true
	case "redemption-in-run":
		return words{"Cette reconversion est dans une série de virements", "Annulez d’abord la série, ou attendez que la banque paie."}, true
	case "redemption-not-sent":
		return words{"Ce virement n’a pas été remis à la banque", "Vérifiez la référence du virement et l’état de la reconversion."}, true
	case "redemption-refused":
		return words{"Cette reconversion a été refusée", "Les unités sont revenues dans le portefeuille. Une nouvelle demande est possible."}, true
	case "redemption-sent":
		return words{"Le virement de cette reconversion est à la banque", "S’il revient, enregistrez le retour : les unités seront rendues ou le virement refait."}, true
	case "redemption-settled":
		return words{"Cette reconversion est déjà réglée", "Les euros ont été virés : consultez le relevé."}, true
	case "redemption-unapproved":
		return words{"Cette exception attend une seconde personne", "Une autre personne doit l’approuver avant tout paiement."}, true
	case "reference-invalid":
		return words{"Cette référence de change n’est pas juste", "Recopiez-la depuis la demande : son dernier caractère sert de contrôle."}, true
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
	case "requests-too-many":
		return words{"Vous avez déjà beaucoup de demandes", "Annulez celles qui ne servent plus, ou attendez que d’autres soient payées."}, true
	case "role-withheld":
		return words{"Cette session ne porte pas tous vos rôles", "Connectez-vous avec votre clé d’accès, puis créez le jeton."}, true
	case "roles-held":
		return words{"Cette personne a encore des rôles", "Retirez-les d’abord : un compte qui agit pour d’autres ne s’efface pas."}, true
	case "run-cancelled":
		return words{"Cette série de virements est annulée", "Préparez-en une autre : ses reconversions attendent."}, true
	case "run-empty":
		return words{"Aucune reconversion ne peut être payée maintenant", "Chaque reconversion en attente dit ce qui lui manque : un compte bancaire, un délai ou une approbation."}, true
	case "run-exported":
		return words{"Le fichier de cette série a déjà été remis", "Elle ne s’annule plus : enregistrez ce que la banque paie ou renvoie."}, true
	case "run-late":
		return words{"Le jour d’exécution de cette série est passé", "Annulez-la et préparez-en une autre, avec un jour ouvré à venir."}, true
	case "run-not-approved":
		return words{"Cette série de virements n’est pas approuvée", "Une autre personne doit l’approuver avant que le fichier soit remis."}, true
	case "run-not-draft":
		return words{"Cette série de virements a déjà été approuvée", "Son contenu ne change plus : téléchargez son fichier, ou annulez-la."}, true
	case "run-not-exported":
		return words{"Le fichier de cette série n’a pas encore été remis", "Téléchargez-le et remettez-le à la banque avant d’enregistrer son paiement."}, true
	case "same-person":
		return words{"Une autre personne doit approuver", "Celle qui prépare ne peut pas approuver. Prévenez la seconde personne."}, true
	case "same-wallet":
		return words{"Vous ne pouvez pas vous payer vous-même", "Choisissez un autre bénéficiaire."}, true
	case "schema-newer":
		return words{"Le livre de comptes vient d’une version plus récente", "Un administrateur doit installer cette version."}, true
	case "schema-older":
		return words{"Le livre de comptes doit être mis à jour", "Un administrateur doit lancer la migration."}, true
	case "screen-revoked":
		return words{"Cet écran est déjà retiré", "Il n’affiche plus rien. Rechargez la liste des écrans."}, true
	case "screen-unknown":
		return words{"Cet appareil n’est pas un écran de comptoir", "Reliez-le avec un code créé depuis la caisse, à l’adresse /ecran."}, true
	case "screens-full":
		return words{"Ce commerce a déjà vingt écrans", "Retirez un écran qui ne sert plus, puis recommencez."}, true
	case "secret-chosen":
		return words{"Un jeton ne se choisit pas", "Laissez le service créer le jeton. Seule une démonstration en fixe."}, true
	case "secret-taken":
		return words{"Ce secret appartient déjà à un autre jeton", "Créez un nouveau jeton."}, true
	case "set-up":
		return words{"Le service est déjà configuré", "Connectez-vous avec un jeton, ou demandez-en un à une personne administratrice."}, true
	case "thresholds-changed":
		return words{"Ces seuils ont changé entre-temps", "Quelqu’un d’autre vient de les fixer. Comparez, puis enregistrez de nouveau si vous le voulez."}, true
	case "timeout":
		return words{"L’envoi a pris trop de temps", "Vérifiez votre connexion, puis recommencez avec la même clé d’unicité."}, true
	case "token-revoked":
		return words{"Ce jeton a déjà été révoqué", "Il n’ouvre plus rien. Créez un nouveau jeton si besoin."}, true
	case "too-many-grants":
		return words{"Cette personne a déjà 20 rôles", "Retirez-lui d’abord un rôle qui ne sert plus."}, true
	case "too-many-intents":
		return words{"Trop de paiements attendent votre confirmation", "Confirmez ceux qui sont commencés, ou patientez quelques minutes."}, true
	case "too-many-lines":
		return words{"Le lot a trop de lignes", "Séparez-le : un lot a 5 000 lignes au plus."}, true
	case "too-many-tries":
		return words{"Trop d’essais", "Patientez quelques minutes avant de recommencer. Votre compte n’est pas bloqué ailleurs."}, true
	case "transfer-file-refused":
		return words{"Une banque refuserait ce fichier", "Corrigez les points signalés, puis recommencez."}, true
	case "unauthenticated":
		return words{"Vous n’êtes pas connecté", "Connectez-vous, puis reprenez où vous en étiez."}, true
	case "unavailable":
		return words{"Le service est momentanément indisponible", "Patientez quelques secondes, puis rechargez la page."}, true
	case "unspent-differs":
		return words{"Ce n’est pas le montant à rendre au financeur", "Rechargez la campagne : le reste à rendre a pu changer."}, true
	case "user-missing":
		return words{"Cet utilisateur n’existe pas ou n’est plus actif", "Vérifiez l’identifiant, ou créez l’utilisateur."}, true
	case "user-stands":
		return words{"Ce compte n’est pas désactivé", "Rechargez la fiche de la personne. Un compte effacé ne se rouvre pas."}, true
	case "waiver-approved":
		return words{"L’abandon a déjà été approuvé", "Rechargez la page pour voir la créance."}, true
	case "waiver-open":
		return words{"Un autre abandon attend une approbation", "Une seconde personne doit d’abord se prononcer."}, true
	case "wallet-moved":
		return words{"Le portefeuille a bougé entre-temps", "Recommencez dans un instant."}, true
	case "wallet-not-empty":
		return words{"Le portefeuille n’est pas vide", "Dépensez ou donnez d’abord ce qu’il contient, puis recommencez."}, true
	}
	return words{}, false
}
