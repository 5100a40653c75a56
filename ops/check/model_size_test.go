// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build !race

package check_test

// sequences is how many random sequences one run makes.
const sequences = "14"
