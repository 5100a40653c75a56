// SPDX-License-Identifier: AGPL-3.0-or-later

// Package web assembles what a browser or a program talks to: the API, the
// pages, the live topics, sign-in, and the headers that protect them. It is the
// only room that knows HTTP statuses and HTML.
//
// It refuses: writes sent by a page of another site, requests that nobody
// answers (404 and 405 as problem documents or pages). Laws: a page asks the
// same services as the API and has no right of its own; no page loads anything
// from another host; the public listener serves no metrics.
package web
