// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestBench makes a very short bench. It looks at the form of the report and at
// nothing that depends on the machine.
func TestBench(t *testing.T) {
	t.Parallel()
	folder := t.TempDir() + "/disk"
	out := done(t, "bench", "--json", "--data", folder, "--duration", "300ms", "--warmup", "100ms", "--wallets", "50", "--soak", "500")
	if strings.Count(out, "\n") != 1 {
		t.Errorf("not one line: %s", out)
	}
	var raw struct {
		Runs []map[string]any
	}
	var r struct {
		Runs []struct {
			Door, Pattern string
			Clients       int
			PerSecond     float64 `json:"payments_per_s"`
			P50           float64 `json:"p50_ms"`
			P99           float64 `json:"p99_ms"`
		}
	}
	for _, into := range []any{&raw, &r} {
		if err := json.Unmarshal([]byte(out), into); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
	}
	for _, field := range []string{`"echo_per_s":`, `"raw_commit_payments_per_s":`, `"runs":`} {
		if !strings.Contains(out, field) {
			t.Errorf("no %s in %s", field, out)
		}
	}
	var runs []string
	for i, run := range r.Runs {
		runs = append(runs, fmt.Sprint(run.Door, " ", run.Pattern, " ", run.Clients))
		if run.PerSecond < 0 || run.P50 < 0 || run.P99 < run.P50 {
			t.Errorf("run %+v", run)
		}
		for _, field := range []string{"door", "pattern", "clients", "payments_per_s", "p50_ms", "p99_ms"} {
			if _, ok := raw.Runs[i][field]; !ok {
				t.Errorf("run %d has no %s", i, field)
			}
		}
	}
	for _, want := range []string{"http uniform 64", "http hot 64", "process uniform 64", "process hot 1024"} {
		if !slices.Contains(runs, want) {
			t.Errorf("no run %q among %q", want, runs)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("it left %v behind, %v", left, err)
	}
}
