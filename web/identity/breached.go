// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"bytes"
	"crypto/sha1" // not ours to choose: lists of breached passwords are published as SHA-1, and nothing is kept or proved by it
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Lines of a list of breached passwords.
const (
	digestLength = 2 * sha1.Size
	longestLine  = 64      // a digest, a colon, a count and the end of the line, with room
	wholeList    = 4 << 20 // lists up to this many bytes are read through when they are opened
	glances      = 4096    // of longer ones so many lines, spread evenly, are
)

// errList says what is wrong with a list.
var errList = errors.New("want one SHA-1 in capital hexadecimal on each line, sorted, each with :count or none")

// Breached is a file of passwords that are known from breaches: one SHA-1 in
// capital hexadecimal on each line, sorted, with a colon and a count behind it or
// not, as Have I Been Pwned publishes its list ordered by hash. It may have tens of
// gigabytes: it is searched where it lies. It is safe for concurrent use.
type Breached struct {
	file *os.File
	size int64
}

// OpenBreached opens a list. It returns an error that names the file where that
// cannot be read, is empty, or is not sorted as far as a glance shows: short lists
// are read through, of long ones some thousand lines.
func OpenBreached(path string) (*Breached, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("breached passwords: %w", err)
	}
	b := &Breached{file: file}
	info, err := file.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("want a file")
	default:
		b.size = info.Size()
		err = b.glance()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("breached passwords: %s: %w", path, err), file.Close())
	}
	return b, nil
}

// Close closes the file. It returns an error of the system.
func (b *Breached) Close() error { return b.file.Close() }

// glance looks whether lines are sorted.
func (b *Breached) glance() error {
	step := int64(1)
	if b.size > wholeList {
		step = b.size / glances
	}
	var before string
	for at := int64(0); ; {
		l, err := b.line(at)
		if err != nil {
			return err
		}
		if l.digest <= before {
			return fmt.Errorf("%w: the line at byte %d is not in its place", errList, l.start)
		}
		before = l.digest
		if l.end == b.size {
			return nil
		}
		// The last line is always looked at.
		at = max(l.end, min(at+step, b.size-1))
	}
}

// line is one of the list.
type line struct {
	start, end int64 // end is where the next one starts, or the file ends
	digest     string
}

// line returns the line that a byte of the file belongs to.
func (b *Breached) line(at int64) (line, error) {
	from := max(0, at-longestLine)
	window := make([]byte, 2*longestLine)
	n, err := b.file.ReadAt(window, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return line{}, err
	}
	window = window[:n]
	here := int(at - from)
	if here >= n {
		return line{}, errList
	}
	first := bytes.LastIndexByte(window[:here], '\n') + 1
	if first == 0 && from > 0 {
		return line{}, fmt.Errorf("%w: the line at byte %d is too long", errList, at)
	}
	l := line{start: from + int64(first), end: b.size}
	text := window[first:]
	if length := bytes.IndexByte(text, '\n'); length >= 0 {
		l.end, text = l.start+int64(length)+1, text[:length]
	} else if from+int64(n) < b.size {
		return line{}, fmt.Errorf("%w: the line at byte %d is too long", errList, l.start)
	}
	digest, count, counted := strings.Cut(strings.TrimSuffix(string(text), "\r"), ":")
	if len(digest) != digestLength || strings.Trim(digest, "0123456789ABCDEF") != "" || strings.Trim(count, "0123456789") != "" || counted && count == "" {
		return line{}, fmt.Errorf("%w: the line at byte %d is not", errList, l.start)
	}
	l.digest = digest
	return l, nil
}

// Holds says whether a password is in the list. It returns an error of the system,
// or one that says where the list is not what it should be.
func (b *Breached) Holds(password string) (bool, error) {
	sum := sha1.Sum([]byte(password))
	wanted := strings.ToUpper(hex.EncodeToString(sum[:]))
	for low, high := int64(0), b.size; low < high; {
		l, err := b.line(low + (high-low)/2)
		if err != nil {
			return false, fmt.Errorf("breached passwords: %w", err)
		}
		switch {
		case l.digest == wanted:
			return true, nil
		case l.digest < wanted:
			low = l.end
		default:
			high = l.start
		}
	}
	return false, nil
}
