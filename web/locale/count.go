// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"fmt"
	"io"
)

// Count writes how many there are of something, grouped by three as amounts are:
// "1 900" or "1,900". What is no whole number is written as it is. Years and serial
// numbers are names, not counts: they are written without it.
func (s *Speech) Count(n any) string {
	var whole int64
	switch n := n.(type) {
	case int:
		whole = int64(n)
	case int64:
		whole = n
	default:
		return fmt.Sprint(n)
	}
	if whole < 0 {
		return "−" + s.digits(group(uint64(-whole)))
	}
	return s.digits(group(uint64(whole)))
}

// counted is a whole number among the places of a text: "%d" writes it as a count,
// "%v" as a name, such as a year.
type counted struct {
	number any
	speech *Speech
}

// Format writes it as the verb asks.
func (c counted) Format(f fmt.State, verb rune) {
	if verb == 'd' {
		_, _ = io.WriteString(f, c.speech.Count(c.number))
		return
	}
	_, _ = fmt.Fprint(f, c.number)
}

// counts puts every whole number among places as something that is counted.
func (s *Speech) counts(places []any) []any {
	list := make([]any, len(places))
	for i, place := range places {
		list[i] = place
		switch place.(type) {
		case int, int64:
			list[i] = counted{place, s}
		}
	}
	return list
}
