// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mail owns what the service writes to people outside its pages. A
// command queues a letter in its own transaction, so that what happened and what
// is told about it stand or fall together; a job sends what is queued and tries
// again, ever more rarely, while the mail server does not take it.
//
// A letter is a template in the person's language and the words to put into it.
// Where no mail server is configured letters are laid into a folder, one file
// each, so that everything works without one.
//
// It refuses: an address that is not one (ErrAddress), words with control
// characters, which could forge a header (ErrInvalid), a template or a word that
// is not there, which is a mistake of the program.
//
// Laws: a letter whose command failed is never sent; a letter is deleted from
// the book as soon as it was sent, because it holds an address and may hold a
// link that opens something; a letter that was sent and whose deletion was lost
// is sent again under the same Message-ID.
package mail
