// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import "strings"

// Visitor is who looks at a page. The zero value is somebody who is not signed
// in.
type Visitor struct {
	Name   string // how the person or the shop is called; "" when nobody is signed in
	Wallet bool   // has a wallet to look at
	Till   bool   // may collect payments for a merchant
	Menu   []Entry
}

// Entry is one entry of the navigation. Its words are those of the key "nav." and
// Section.
type Entry struct{ Section, Path string }

// SignedIn says whether the visitor is known.
func (v Visitor) SignedIn() bool { return v.Name != "" }

// ReturnPath keeps a return address inside the site: a path that begins with
// one slash, without a host, a back slash or a control character. Anything else
// gives "/". Whoever redirects after sign-in passes the form's field through it.
func ReturnPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return "/"
	}
	for _, c := range path {
		if c == '\\' || c < ' ' || c == 0x7f {
			return "/"
		}
	}
	return path
}
