// SPDX-License-Identifier: AGPL-3.0-or-later

// Package locale owns the words and the writing habits of the people who use
// the service, in French and English: every word a page says, amounts,
// percentages and dates as the language writes them, amounts as people type them,
// and the title and advice of every refusal.
//
// It refuses: amounts that could be read in two ways ("1.234", "1.234,50"),
// amounts with more than two decimals, signs, units or letters. It never
// guesses and never rounds what a person typed.
//
// Laws: no amount passes through a float; what FormatAmount writes, ParseAmount
// reads back to the same amount; every refusal that the module declares has
// French and English words, and nothing else has; every key of a page's words has
// both and is used, and no template holds a word of its own; instants are shown
// in Europe/Paris.
//
// A Speech writes one language. The words of pages stand in the folder
// word, one folder for each language and one file for each room, under a key that
// begins with the page.
//
// A new refusal gets its words by one line in problem_fr.go and one in
// problem_en.go; a test reads all declarations and names the code without words.
package locale
