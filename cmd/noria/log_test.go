// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestASVS162LogsAreJSONInUTC writes lines far from Greenwich, with a value that
// would be a line of its own (ASVS 16.2.2, 16.2.4, 16.4.1).
func TestASVS162LogsAreJSONInUTC(t *testing.T) {
	before := time.Local
	time.Local = time.FixedZone("far", 9*3600)
	defer func() { time.Local = before }()
	var written bytes.Buffer
	log := (&config{LogLevel: "info"}).lines(&written)
	log.Debug("not asked for")
	log.Info("refused", "route", "/x\n{\"level\":\"ERROR\"}", slog.Group("more", "time", "noon"))
	lines := strings.Split(strings.TrimSpace(written.String()), "\n")
	var line struct {
		Time              time.Time
		Level, Msg, Route string
	}
	if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &line) != nil {
		t.Fatalf("%q", lines)
	}
	if _, offset := line.Time.Zone(); offset != 0 || !strings.Contains(lines[0], `Z","level":"INFO","msg":"refused"`) || line.Route != "/x\n{\"level\":\"ERROR\"}" {
		t.Errorf("%s", lines[0])
	}
}
