// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build race

package check_test

// sequences is how many random sequences one run makes: few, since the race
// detector makes each some fifteen times as long.
const sequences = "3"
