// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// policies counts what browsers refused, by the directive of the policy.
type policies struct{ reports *prometheus.CounterVec }

func (p *policies) register(registry *prometheus.Registry) {
	p.reports = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "noria_policy_reports_total", Help: "Reports of browsers that the policy of a page refused something, by directive; anybody can send them."}, []string{"directive"})
	for _, d := range append(directives(), other) {
		p.reports.WithLabelValues(d)
	}
	registry.MustRegister(p.reports)
}

// directives is the closed list of what is told apart.
func directives() []string {
	return []string{"script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr", "img-src",
		"connect-src", "font-src", "frame-src", "form-action", "frame-ancestors", "base-uri", "require-trusted-types-for"}
}

// PolicyReport counts a report of a browser. The directive comes from outside:
// what is in no list counts as "other".
func (m *Metrics) PolicyReport(directive string) {
	if !slices.Contains(directives(), directive) {
		directive = other
	}
	m.policies.reports.WithLabelValues(directive).Inc()
}
