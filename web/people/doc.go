// SPDX-License-Identifier: AGPL-3.0-or-later

// Package people owns what the association does with people's accounts, and what
// people may ask about their own: roles given and withdrawn, the list of users,
// recovery by two volunteers, looks of the staff, the copy of one's data and
// erasure. Users and tokens are web/session's, proofs are web/identity's.
//
// It refuses: to let one volunteer do both halves of a recovery (ErrSamePerson),
// to recover an account whose roles need more than volunteers (ErrNeedsOffice), a
// recovery or an erasure that has ended (ErrCaseEnded, ErrErasureEnded), to forget
// somebody who still holds units or awaits something (ErrNotEmpty, ErrOpenAffairs).
//
// Laws: whoever's rights change is told by letter; a look of the staff at somebody's
// account is written down before it is answered, and the person can read it (D8);
// nobody of the staff ever sees a secret of somebody else's, but for the code that
// is handed over after two of them agreed; after an erasure the name and the address
// are nowhere in the book, and every sum is what it was (D6).
package people
