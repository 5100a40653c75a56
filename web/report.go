// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"encoding/json"
	"net/http"
)

// reportLimit is how many bytes of reports are read at once.
const reportLimit = 16 << 10

// reported counts what browsers say that the policy of a page refused (ASVS
// 3.4.7). Anybody may send anything here: a report is counted under the directive
// it names and then forgotten; no part of it is logged or kept, since it holds
// the address of a page that somebody looked at.
func (s *Server) reported(w http.ResponseWriter, r *http.Request) {
	for _, directive := range directives(json.NewDecoder(http.MaxBytesReader(w, r.Body, reportLimit))) {
		s.config.Metrics.PolicyReport(directive)
	}
	w.WriteHeader(http.StatusNoContent)
}

// directives are what reports name, of the old form and of the new. What cannot
// be read is one report of an unknown directive.
func directives(d *json.Decoder) []string {
	var body json.RawMessage
	if d.Decode(&body) != nil {
		return []string{""}
	}
	var old struct {
		Report struct {
			Effective string `json:"effective-directive"`
			Violated  string `json:"violated-directive"`
		} `json:"csp-report"`
	}
	var list []struct {
		Body struct {
			Effective string `json:"effectiveDirective"`
		} `json:"body"`
	}
	if json.Unmarshal(body, &list) != nil {
		if json.Unmarshal(body, &old) != nil || old.Report.Effective == "" {
			return []string{old.Report.Violated}
		}
		return []string{old.Report.Effective}
	}
	var all []string
	for _, report := range list {
		all = append(all, report.Body.Effective)
	}
	return all
}
