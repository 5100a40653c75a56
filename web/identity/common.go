// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

// rows are what fingers run along.
const rows = "0123456789 1234567890 abcdefghijklmnopqrstuvwxyz azertyuiopqsdfghjklmwxcvbn qwertyuiopasdfghjklzxcvbnm " +
	"qwertzuiopasdfghjklyxcvbnm 1q2w3e4r5t6y7u8i9o0p 1a2z3e4r5t6y7u8i9o0p azerqsdfwxcv qwerasdfzxcv"

// tried are words that people put into passwords first, without accents as they
// are typed, and those of this service.
const tried = "password passwort motdepasse monmotdepasse mot de passe mon ma mes le la les un une my the secret secrete admin administrateur " +
	"administrator root user utilisateur login connexion bonjour salut coucou bienvenue welcome hello soleil sunshine princesse princess " +
	"doudou loulou chouchou nounours cheval chocolat chocolate amour love iloveyou jetaime jtaime tuesbelle monamour moncoeur bebe cherie " +
	"marseille paris lyon avignon vaucluse provence france football soccer superman batman pokemon naruto dragon monkey master shadow " +
	"azerty azertyuiop qwerty qwertyuiop qwertz abc abcd abcdef iphone samsung google facebook internet ordinateur computer computador " +
	"letmein trustno changeme changezmoi test testtest essai demo temporaire provisoire nouveau nouvelle new pass mdp pwd " +
	"noria roue laroue roues monnaie monnaielocale locale euro euros argent banque money association citoyen citoyenne " +
	"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche " +
	"printemps ete automne hiver summer winter spring autumn nicolas camille thomas julie marie michel philippe jean pierre jesus bernard " +
	"correct horse battery staple motdepassetressecret toto titi tata tutu tonton maman papa famille family enfant enfants"
