// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed writes a list of passwords as it is published, with what stands between
// the lines.
func listed(t testing.TB, between string, counts bool, passwords ...string) string {
	t.Helper()
	var lines []string
	for i, p := range passwords {
		sum := sha1.Sum([]byte(p))
		l := strings.ToUpper(hex.EncodeToString(sum[:]))
		if counts {
			l += fmt.Sprintf(":%d", 1+i%1000*(i%1000)*7919)
		}
		lines = append(lines, l)
	}
	slices.Sort(lines)
	return filed(t, strings.Join(lines, between)+between)
}

func filed(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func words(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("moulin %d à eau", i))
	}
	return list
}

// TestASVS624EveryLineOfAListIsFound searches lists of some lengths for each of
// their passwords, the first and the last among them, and for others.
func TestASVS624EveryLineOfAListIsFound(t *testing.T) {
	for _, c := range []struct {
		between string
		counts  bool
	}{{"\n", true}, {"\r\n", true}, {"\n", false}, {"\r\n", false}} {
		for _, n := range []int{1, 2, 3, 7, 100, 1000} {
			path := listed(t, c.between, c.counts, words(n)...)
			for _, whole := range []bool{true, false} { // the last line ends, or the file does
				if !whole {
					info, err := os.Stat(path)
					if err == nil {
						err = os.Truncate(path, info.Size()-int64(len(c.between)))
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				b, err := OpenBreached(path)
				if err != nil {
					t.Fatalf("%d lines by %q: %v", n, c.between, err)
				}
				for i, w := range words(2*n + 20) {
					if held, err := b.Holds(w); err != nil || held != (i < n) {
						t.Errorf("%d lines by %q, whole %v: %q is there: %v, %v", n, c.between, whole, w, held, err)
					}
				}
				if err := b.Close(); err != nil {
					t.Error(err)
				}
				if _, err := b.Holds("moulin"); err == nil {
					t.Error("a list that cannot be read holds nothing")
				}
			}
		}
	}
}

func TestListsThatAreNoneAreRefused(t *testing.T) {
	const a, b, c = "00000000000000000000000000000000000000A1", "1111111111111111111111111111111111111111", "F000000000000000000000000000000000000000"
	sorted := listed(t, "\n", true, words(120_000)...)
	long, err := os.ReadFile(sorted)
	if err != nil || len(long) <= wholeList {
		t.Fatal(len(long), err)
	}
	lines := strings.SplitAfter(string(long), "\n")
	slices.Reverse(lines[:len(lines)-1])
	for why, content := range map[string]string{
		"empty":                    "",
		"an empty line":            a + "\n\n" + b + "\n",
		"ordered by count":         b + ":900\n" + a + ":20\n" + c + ":3\n",
		"twice the same":           a + "\n" + a + "\n",
		"the last out of place":    a + "\n" + c + "\n" + b,
		"small letters":            strings.ToLower(a) + "\n",
		"words":                    "password\n12345678\n",
		"NTLM":                     a[:32] + ":5\n",
		"no count":                 a + ":\n",
		"a count of letters":       a + ":x\n",
		"a long line":              a + ":" + strings.Repeat("1", 100) + "\n",
		"a long last line":         a + "\n" + b + ":" + strings.Repeat("1", 100),
		"long, in no order at all": strings.Join(lines, ""),
	} {
		path := filed(t, content)
		if list, err := OpenBreached(path); err == nil {
			t.Errorf("%s: taken", why)
			_ = list.Close()
		} else if !strings.Contains(err.Error(), path) || !errors.Is(err, errList) {
			t.Errorf("%s: %v", why, err)
		}
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir()} {
		if _, err := OpenBreached(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	list, err := OpenBreached(sorted)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	for _, w := range words(120_000)[119_900:] {
		if held, err := list.Holds(w); !held || err != nil {
			t.Errorf("%q of a long list: %v, %v", w, held, err)
		}
	}
}

// TestASVS6212BreachedPasswordsAreRefused joins, changes a password and recovers an
// account with one of the list.
func TestASVS6212BreachedPasswordsAreRefused(t *testing.T) {
	each(t, func(w *town) {
		list, err := OpenBreached(listed(t, "\r\n", true, append(words(50), "le moulin tourne encore")...))
		if err != nil {
			t.Fatal(err)
		}
		m := w.member("bruno@example.org")
		w.breached = list
		at := w.invited("amina@example.org")
		in, _ := w.setup()
		known := in
		known.Password = "le moulin tourne encore"
		p := w.principal(m.Session)
		for what, ask := range map[string]func(Setup) error{
			"joins":   func(in Setup) error { _, err := w.Accept(w.Context(), at, in, here()); return err },
			"changes": func(in Setup) error { return w.SetPassword(w.Context(), Change{Principal: p}, in) },
			"recovers": func(in Setup) error {
				_, err := w.Renew(w.Context(), Renewal{User: p.Actor.ID, From: here()}, in)
				return err
			},
		} {
			if err := ask(known); !errors.Is(err, ErrBreached) || strings.Contains(err.Error(), "moulin") {
				t.Errorf("%s with a breached password: %v", what, err)
			}
		}
		if _, err := w.Accept(w.Context(), at, in, here()); err != nil {
			t.Errorf("a password that is in no list: %v", err)
		}
		if err := list.Close(); err != nil {
			t.Fatal(err)
		}
		in, _ = w.setup()
		if err := w.SetPassword(w.Context(), Change{Principal: p}, in); err == nil || errors.Is(err, ErrBreached) {
			t.Errorf("a list that cannot be read lets pass: %v", err)
		}
	})
}
