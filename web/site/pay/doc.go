// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pay holds the pages of paying and confirming: whom and how much, what a
// shop's code leads to, the one page of an intent, and the devices that may
// confirm with a PIN.
//
// It refuses: what the room confirm refuses, in place, with what was typed; the
// page of somebody else's intent in the same words as that of none. Laws: looking
// at a page moves and writes nothing; a page that pays has an intent, and its
// address tells the truth after back, reload, a second tab or a cut connection;
// the form of an intent carries its digest and the person's answer and nothing
// else, so that nothing shown can be changed in it.
package pay
