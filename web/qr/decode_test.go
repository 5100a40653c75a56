// SPDX-License-Identifier: AGPL-3.0-or-later

package qr

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReaderReadsThePicture draws each payload, renders the picture to pixels
// and has an independent reader decode it, accents included.
func TestReaderReadsThePicture(t *testing.T) {
	rasteriser := program(t, "rsvg-convert", "librsvg2-bin")
	reader := program(t, "zbarimg", "zbar-tools")
	for name, payload := range payloads() {
		t.Run(name, func(t *testing.T) {
			png := filepath.Join(t.TempDir(), "code.png")
			run(t, mustSVG(t, payload), rasteriser, "--zoom=4", "--output="+png)
			got := run(t, "", reader, "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", png)
			if got = strings.TrimSuffix(got, "\n"); got != payload {
				t.Errorf("read %q, want %q", got, payload)
			}
		})
	}
}

// program returns the path of an outside program or skips the test.
func program(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("the program %s is missing (Debian package %s), so the picture is not read back by a real reader.", name, debian)
	}
	return path
}

// run gives a program its input and returns what it printed.
func run(t *testing.T, input, path string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), path, args...)
	command.Stdin = strings.NewReader(input)
	var out, fault bytes.Buffer
	command.Stdout, command.Stderr = &out, &fault
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(path), err, fault.String())
	}
	return out.String()
}
