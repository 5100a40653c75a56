// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// tally measures the generator: how often each command was done, and refused
// with which code.
type tally struct {
	done     map[string]int
	not      map[string]map[refusal]int
	repeated int
	steps    int
}

func newTally() *tally { return &tally{done: map[string]int{}, not: map[string]map[refusal]int{}} }

func (c *tally) refuse(name string, code refusal) {
	if c.not[name] == nil {
		c.not[name] = map[refusal]int{}
	}
	c.not[name][code]++
}

// report tells the counts and fails where a command was never done or never
// refused, unless the run was too short to tell.
func (c *tally) report(t *testing.T, commands []string) {
	t.Helper()
	enough := c.steps >= 1500
	var lines []string
	for _, name := range commands {
		refused := 0
		var codes []string
		for _, code := range slices.Sorted(maps.Keys(c.not[name])) {
			refused += c.not[name][code]
			codes = append(codes, fmt.Sprintf("%s %d", code, c.not[name][code]))
		}
		lines = append(lines, fmt.Sprintf("%-20s %5d done %5d refused: %s", name, c.done[name], refused, strings.Join(codes, ", ")))
		if enough && (c.done[name] == 0 || refused == 0) {
			t.Errorf("the generator is too narrow: %s was done %d times and refused %d times", name, c.done[name], refused)
		}
	}
	t.Logf("%d steps, %d repeated keys\n%s", c.steps, c.repeated, strings.Join(lines, "\n"))
}
