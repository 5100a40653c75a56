// SPDX-License-Identifier: AGPL-3.0-or-later

// Package observe owns what an operator sees from outside: the metrics, and the
// answers to "does it live" and "may it serve".
//
// What is done is counted by following the journal; what is refused, and how
// long answers take, by those who answer requests. Gauges are read from the book
// when somebody looks, by functions that cmd gives, so that this package knows
// no domain. Label values come from closed lists and name no person:
// whatever is not in its list counts as "other".
//
// It refuses nothing: a value that cannot be read is left out rather than shown
// wrong.
//
// Laws: names follow noria_<noun>_<unit>[_total] in base units; counting takes
// no lock that requests share and makes no garbage; the handlers belong on the
// private listener.
package observe
