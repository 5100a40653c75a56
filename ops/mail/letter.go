// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"embed"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

//go:embed template
var files embed.FS

var templates = template.Must(template.New("").Option("missingkey=error").ParseFS(files, "template/*.txt"))

// Letter is what is to be written to somebody.
type Letter struct {
	To       string            // one address, without a name
	Language string            // fr or en; French where it is another
	Template string            // name of the template, without language
	Words    map[string]string // what the template asks for, on one line each
}

// Address returns the one address that a text is, in the form to store, or
// ErrAddress. The part behind the @ is the same in capitals.
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	a, err := mail.ParseAddress(text)
	if err != nil || a.Name != "" || a.Address != text || len(text) > 254 || !printable(text) {
		return "", ErrAddress
	}
	local, domain, _ := strings.Cut(text, "@")
	if len(local) > 64 || !strings.Contains(domain, ".") || strings.ContainsAny(local, `" `) {
		return "", ErrAddress
	}
	return local + "@" + strings.ToLower(domain), nil
}

// render returns the subject and the text of a letter. Its errors are refusals
// of the words, or mistakes of the program.
func (l Letter) render() (subject, text string, err error) {
	for _, name := range slices.Sorted(maps.Keys(l.Words)) {
		if !printable(l.Words[name]) {
			return "", "", ErrInvalid.At("/"+name, "must be printable characters on one line")
		}
	}
	language := l.Language
	if language != "en" {
		language = "fr"
	}
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, l.Template+"."+language+".txt", l.Words); err != nil {
		return "", "", fmt.Errorf("letter: %w", err)
	}
	subject, text, _ = strings.Cut(b.String(), "\n\n")
	return strings.TrimSpace(subject), strings.TrimSpace(text) + "\n", nil
}

// printable says whether a text is valid, on one line and without control
// characters.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' && r != '\u202f' })
}
