// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

// words are what a person reads about a refusal: what happened, in a sentence
// of a few words, and what to do now.
type words struct{ title, advice string }

// Problem gives the words of a refusal by its code: the title says what
// happened, the advice what to do now. Whether money moved is not said here: it
// belongs to the event, not to the code. A lang that begins with "en" gives
// English, anything else French. When the code has no words, ok is false and
// the words are those of "internal".
func Problem(code, lang string) (title, advice string, ok bool) {
	find := problemFR
	if isEnglish(lang) {
		find = problemEN
	}
	w, known := find(code)
	if !known {
		w, _ = find("internal")
	}
	return w.title, w.advice, known
}
