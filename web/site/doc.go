// SPDX-License-Identifier: AGPL-3.0-or-later

// Package site is what every page of a browser needs: who asks, in which
// language and for which currency, how a refusal is shown, the keys of forms.
// The rooms below it hold the pages themselves, one folder for each kind of
// visitor: handlers, what they show and their templates.
//
// It refuses: forms that are too large, visitors who are not signed in where a
// room asks who they are. Laws: a page asks the same services as the API and has
// no right of its own; a refusal says what happened, whether money moved and
// what to do; what was typed is kept.
package site
