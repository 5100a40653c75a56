// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger/access"
)

// The markup of forms, as the templates write it.
var (
	forms    = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	controls = regexp.MustCompile(`(?s)<(input|select|textarea|button)\b([^>]*)>(?:([^<]*)</textarea>)?`)
	options  = regexp.MustCompile(`<option\b[^>]*\bvalue="([^"]*)"`)
	names    = regexp.MustCompile(`PostFormValue\("([a-z-]+)"\)|\(r, "([a-z-]+)"`)
)

func attribute(tag, name string) string {
	found := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// control is a field of a form as a page shows it.
type control struct{ kind, name, value string }

// typed says whether somebody types into the field.
func (c control) typed() bool {
	return slices.Contains([]string{"text", "email", "search", "tel", "url", "textarea", "number"}, c.kind)
}

// form is a form as a page shows it.
type form struct {
	action   string
	controls []control
}

// formsOf reads the forms of a page.
func formsOf(body string) []form {
	var list []form
	for _, found := range forms.FindAllStringSubmatch(body, -1) {
		f := form{action: attribute(found[1], "action")}
		for _, c := range controls.FindAllStringSubmatch(found[2], -1) {
			field := control{c[1], attribute(c[2], "name"), attribute(c[2], "value")}
			switch field.kind {
			case "input":
				if field.kind = attribute(c[2], "type"); field.kind == "" {
					field.kind = "text"
				}
			case "textarea":
				field.value = html.UnescapeString(c[3])
			case "select":
				if first := options.FindStringSubmatch(found[2]); first != nil {
					field.value = html.UnescapeString(first[1])
				}
			}
			if field.name != "" {
				f.controls = append(f.controls, field)
			}
		}
		list = append(list, f)
	}
	return list
}

// values is a form with a value in its visible fields, or in one of them.
func (f form) values(only, value string) url.Values {
	sent := url.Values{}
	for _, c := range f.controls {
		switch {
		case c.kind == "hidden" || c.kind == "button" || c.kind == "submit":
			sent.Set(c.name, c.value)
		case only == "" || only == c.name:
			sent.Set(c.name, value)
		default:
			sent.Set(c.name, c.value)
		}
	}
	return sent
}

// spoilt are the values that nobody should be able to break a page with: empty,
// too long, of the wrong type, hostile.
func spoilt() map[string]string {
	return map[string]string{
		"empty": "", "blank": " \t ", "long": strings.Repeat("x", 600), "word": "abc", "negative": "-1", "huge": "99999999999999999999,99", "exponent": "1e309",
		"many decimals": "0,001", "markup": `"><img src=x onerror=alert(1)>{{.}}`, "statement": `' OR 1=1; DROP TABLE entries;--`, "control": "a\x00b\r\nSet-Cookie: x=y", "not text": "\xff\xfe",
		"date": "2026-13-45", "id": "usr_00000000000000000000000000",
	}
}

// fieldsOf are the names that the handlers of a pattern's room read, from its
// source, for forms that no page of this world shows.
func fieldsOf(t *testing.T, pattern string) []string {
	t.Helper()
	sources, err := filepath.Glob("site/*/*.go")
	must(t, err)
	here, err := filepath.Glob("*.go")
	must(t, err)
	rooms := make(map[string]string)
	for _, path := range append(sources, here...) {
		text, err := os.ReadFile(path)
		must(t, err)
		if !strings.HasSuffix(path, "_test.go") {
			rooms[filepath.Dir(path)] += string(text)
		}
	}
	for _, text := range rooms {
		if !strings.Contains(text, `"`+pattern+`"`) {
			continue
		}
		var list []string
		for _, found := range names.FindAllStringSubmatch(text, -1) {
			list = append(list, found[1]+found[2])
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	return nil
}

// since lists the commands that were executed after one, but for those that only
// count tries.
func (w *world) since(command int64) []string {
	w.Helper()
	rows, err := w.ledger.Reader().QueryContext(w.Context(), `SELECT action FROM commands WHERE seq > $1 ORDER BY seq`, command)
	must(w, err)
	defer rows.Close()
	var list []string
	for rows.Next() {
		var action string
		must(w, rows.Scan(&action))
		if !strings.HasSuffix(action, ".try") && !slices.Contains([]access.Action{access.IdentityAttempt, access.SessionSeen, access.PersonLook}, access.Action(action)) {
			list = append(list, action)
		}
	}
	must(w, rows.Err())
	return list
}

const fuzzLegend = `# Forms that answer bad input with something else than a refusal, in the world of the tests: where a text may be any text, a
# filter or a preview, a sign-out. Everything else that the sweep sends is refused with a page, keeps what was typed and
# writes nothing.

`

// TestBadInputIsAnsweredInPlace fills every form of every page, as somebody of each
// role, with what breaks forms: all fields at once, then each one alone (ASVS 1.2,
// 2.2.1, 15.3.3). No answer is a defect; a refusal keeps what was typed, secrets
// apart, and leaves the book as it was.
func TestBadInputIsAnsweredInPlace(t *testing.T) {
	inBareWorld(t, func(w *world) {
		w.play()
		w.furnish()
		routes := w.pageRoutes()
		things := w.things(routes)
		c := &crawler{w, make(map[string]*browser)}
		accepted := make(map[string]bool)
		seen := make(map[string]bool)
		for _, as := range []string{"", "citizen", "merchant", "cashier", "agent", "mayor", "desk", "treasurer", "approver", "auditor", "admin"} {
			shown := make(map[string]form)
			for _, r := range routes {
				if r.writes() || r.pattern == "/deconnexion" {
					continue
				}
				if page := c.crawl(r, things[r], as); page.status == http.StatusOK {
					for _, f := range formsOf(page.body) {
						shown[f.action] = f
						for _, field := range f.controls {
							if field.name == "mot-de-passe" && (field.kind != "password" || field.value != "") {
								t.Errorf("%s as %s: a password is shown (ASVS 6.2.6)", r, as)
							}
						}
					}
				}
			}
			for _, r := range routes {
				if !r.writes() || r.pattern == "/deconnexion" || r.pattern == "/signalements" {
					continue
				}
				found := false
				for action, f := range shown {
					if !r.matches(action) {
						continue
					}
					found = true
					if !slices.ContainsFunc(f.controls, control.typed) {
						continue // a button: nothing to type
					}
					if step := r.String() + action; !seen[step] {
						seen[step] = true
						c.fuzz(r, action, as, f, accepted)
					}
				}
				if !found && !seen[r.String()] {
					if a := c.crawl(r, things[r], as); a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.status == http.StatusNotFound {
						continue
					}
					seen[r.String()] = true
					var f form
					for _, name := range fieldsOf(t, r.String()) {
						if name != "cle" {
							f.controls = append(f.controls, control{"unknown", name, ""})
						}
					}
					c.fuzz(r, w.say(r.at(things[r])), as, f, accepted)
				}
			}
		}
		if len(seen) < 40 {
			t.Errorf("only %d forms were filled in", len(seen))
		}
		var lines []string
		for line := range accepted {
			lines = append(lines, line)
		}
		slices.Sort(lines)
		golden(t, "testdata/forms.golden", fuzzLegend+strings.Join(lines, "\n")+"\n")
	})
}

// matches says whether a form's address is of the route.
func (r route) matches(action string) bool {
	path, _, _ := strings.Cut(action, "?")
	return regexp.MustCompile("^" + places.ReplaceAllString(r.pattern, "[^/]+") + "$").MatchString(path)
}

// fuzz sends a form spoilt in every way.
func (c *crawler) fuzz(r route, action, as string, f form, accepted map[string]bool) {
	c.Helper()
	alone := []string{""}
	for _, field := range f.controls {
		if field.typed() && len(f.controls) < 12 {
			alone = append(alone, field.name)
		}
	}
	for kind, value := range spoilt() {
		for _, only := range alone {
			sent := f.values(only, value)
			if sent.Has("cle") {
				sent.Set("cle", c.key()) // each is another wish
			}
			if sent.Has("revision") {
				sent.Set("revision", c.revision(as, action))
			}
			before := c.commands()
			a := c.as(as).ask(r.method, strings.ReplaceAll(action, "$", "$$"), sent.Encode())
			if a.status == http.StatusTooManyRequests {
				c.later(11 * time.Minute)
				continue
			}
			what := fmt.Sprintf("%s as %s, %s %s", r, as, kind, only)
			switch {
			case a.status >= 500:
				c.Errorf("%s: %d %s", what, a.status, a.body)
			case a.status < 400:
				accepted[fmt.Sprintf("%s %s: %d", r, only, a.status)] = true
			case !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || !strings.Contains(a.body, "</html>"):
				c.Errorf("%s: %d is no page: %s", what, a.status, a.header.Get("Content-Type"))
			case len(c.since(before)) > 0:
				c.Errorf("%s: %d, and yet %v", what, a.status, c.since(before))
			default:
				c.kept(what, r, sent, f, a)
			}
			if strings.Contains(a.body, "<img src=x") || a.header.Get("Set-Cookie") == "x=y" {
				c.Errorf("%s: markup comes back as markup", what)
			}
		}
	}
}

// revision is what a form says now that it was made from: a value that was accepted
// made the one before it old.
func (c *crawler) revision(as, action string) string {
	c.Helper()
	for _, f := range formsOf(c.as(as).ask(http.MethodGet, strings.ReplaceAll(action, "$", "$$"), "").body) {
		for _, field := range f.controls {
			if f.action == action && field.name == "revision" {
				return field.value
			}
		}
	}
	return ""
}

// kept checks that the form that comes back holds what was typed into it.
func (c *crawler) kept(what string, r route, sent url.Values, shown form, a answer) {
	c.Helper()
	if a.status != http.StatusUnprocessableEntity {
		return
	}
	found := false
	for _, f := range formsOf(a.body) {
		if !r.matches(f.action) && f.action != "" {
			continue
		}
		found = true
		for _, field := range f.controls {
			value := sent.Get(field.name)
			if !field.typed() || !utf8.ValidString(value) || strings.ContainsAny(value, "\x00\r\n\t") || secret(field.name) || strings.TrimSpace(value) == "" {
				continue
			}
			if strings.TrimSpace(field.value) != strings.TrimSpace(value) {
				c.Errorf("%s: %s held %.40q and comes back as %.40q", what, field.name, value, field.value)
			}
		}
	}
	if !found && len(shown.controls) > 0 && slices.ContainsFunc(shown.controls, func(f control) bool { return f.kind == "hidden" }) {
		c.Errorf("%s: %d without its form", what, a.status)
	}
}

// secret says whether a field is never written back.
func secret(name string) bool {
	return slices.Contains([]string{"mot-de-passe", "code", "jeton", "pin", "vieux", "nouveau"}, name)
}
