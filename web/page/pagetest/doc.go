// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pagetest holds the laws of pages for the tests of every room: a room
// lists its pages in each of their states, filled with hostile texts, and Hold
// proves of each of them what must be true of any page. It is used by tests only.
package pagetest
