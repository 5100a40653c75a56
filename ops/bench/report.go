// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"fmt"
	"io"
	"time"
)

// Report is what one bench measured.
type Report struct {
	Server    bool    `json:"server,omitempty"`                    // the book is on a server, whose disk and raw ceiling are not measured
	Echo      float64 `json:"echo_per_s"`                          // bare HTTP handler, 64 clients
	Raw       float64 `json:"raw_commit_payments_per_s,omitempty"` // rows of payments through the driver, 1024 a transaction
	EchoP50   float64 `json:"echo_p50_ms"`                         // bare HTTP handler, one client
	FsyncP50  float64 `json:"fsync_p50_ms,omitempty"`              // one page appended and synced
	Pgbench   float64 `json:"pgbench_tps,omitempty"`               // TPC-B on the same server: scale 10, 16 clients, prepared
	Runs      []Run   `json:"runs"`
	Payments  int64   `json:"payments"`                         // made in all, warm-ups included
	DiskBytes float64 `json:"disk_bytes_per_payment,omitempty"` // growth of the data folder over all payments
	Resident  float64 `json:"resident_mb,omitempty"`            // of the process, generator included, at the end
	SoakRatio float64 `json:"soak_ratio,omitempty"`             // rate after the soak over the rate before it
}

// Run is one measured run.
type Run struct {
	Door      string  `json:"door"` // "http" or "process"
	Pattern   Pattern `json:"pattern"`
	Clients   int     `json:"clients"`
	PerSecond float64 `json:"payments_per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	OfEcho    float64 `json:"of_echo,omitempty"`    // over the echo of the same number of clients, through HTTP
	OfRaw     float64 `json:"of_raw,omitempty"`     // over the raw commit, in process
	OfPgbench float64 `json:"of_pgbench,omitempty"` // over pgbench on the same server, through HTTP
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// WriteTable writes the report for people.
func (r Report) WriteTable(w io.Writer) {
	fmt.Fprintf(w, "bare echo, 64 clients      %8.0f /s   (one client: p50 %.2f ms)\n", r.Echo, r.EchoP50)
	ceiling := "÷ raw"
	switch {
	case !r.Server:
		fmt.Fprintf(w, "raw group commit, 1024     %8.0f /s   (one sync: p50 %.2f ms)\n\n", r.Raw, r.FsyncP50)
	case r.Pgbench > 0:
		ceiling = "÷ pgbench"
		fmt.Fprintf(w, "pgbench TPC-B, 16 clients  %8.0f /s   (scale 10, prepared, same server)\n\n", r.Pgbench)
	default:
		ceiling = ""
		fmt.Fprint(w, "pgbench is not installed: nothing of the server's own to compare with\n\n")
	}
	fmt.Fprintf(w, "%-8s %-8s %7s %12s %9s %9s %9s %9s\n", "door", "pattern", "clients", "payments/s", "p50 ms", "p99 ms", "÷ echo", ceiling)
	for _, run := range r.Runs {
		fmt.Fprintf(w, "%-8s %-8s %7d %12.0f %9.2f %9.2f %9s %9s\n", run.Door, run.Pattern, run.Clients, run.PerSecond, run.P50, run.P99,
			ratio(run.OfEcho), ratio(run.OfRaw+run.OfPgbench))
	}
	if r.Server {
		fmt.Fprintf(w, "\n%d payments, %.0f MB resident (generator included); the server's disk and raw ceiling are not measured\n", r.Payments, r.Resident)
	} else {
		fmt.Fprintf(w, "\n%d payments, %.0f bytes of disk each, %.0f MB resident (generator included)\n", r.Payments, r.DiskBytes, r.Resident)
	}
	if r.SoakRatio > 0 {
		fmt.Fprintf(w, "rate after the soak ÷ rate before it: %.2f\n", r.SoakRatio)
	}
}

func ratio(f float64) string {
	if f == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", f)
}
