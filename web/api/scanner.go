// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"bytes"
	"unicode/utf8"
)

// scanner goes through a JSON text once. Each of its methods skips space, and
// takes nothing it can rely on where it returns false.
type scanner struct {
	data []byte
	at   int
}

// peek returns the next byte that is no space, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.data) {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// next takes one byte.
func (s *scanner) next(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

// ended says whether nothing but space is left.
func (s *scanner) ended() bool {
	s.peek()
	return s.at == len(s.data)
}

// word takes a literal.
func (s *scanner) word(w string) bool {
	s.peek()
	if !bytes.HasPrefix(s.data[s.at:], []byte(w)) {
		return false
	}
	s.at += len(w)
	return true
}

// text takes a string without escapes. The bytes are those of the scanned text.
func (s *scanner) text() ([]byte, bool) {
	if !s.next('"') {
		return nil, false
	}
	for i := s.at; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			text := s.data[s.at:i]
			s.at = i + 1
			return text, utf8.Valid(text)
		case c == '\\' || c < ' ':
			return nil, false
		}
	}
	return nil, false
}

// whole takes a whole number of at most 15 digits, which every reader of JSON
// takes for the same.
func (s *scanner) whole() (int64, bool) {
	negative := s.next('-')
	begin := s.at
	var n int64
	for s.digit() {
		n = 10*n + int64(s.data[s.at]-'0')
		s.at++
	}
	digits := s.at - begin
	if digits == 0 || digits > 15 || (digits > 1 && s.data[begin] == '0') || (negative && n == 0) {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

// digit says whether a digit comes at once.
func (s *scanner) digit() bool {
	return s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9'
}

// each takes what stands between two brackets, one element at a time.
func (s *scanner) each(open, end byte, element func() bool) bool {
	if !s.next(open) {
		return false
	}
	if s.next(end) {
		return true
	}
	for {
		if !element() {
			return false
		}
		if s.next(end) {
			return true
		}
		if !s.next(',') {
			return false
		}
	}
}
