// SPDX-License-Identifier: AGPL-3.0-or-later

// Package access owns rights: who an actor is, which roles there are, which
// actions each role may take and on whose affairs. Rights are data (matrix.go);
// there is no other place that decides them.
//
// It refuses an action that no grant of the actor covers (ErrForbidden), in the
// same words whether or not the thing exists (rule D2).
//
// Law: what the matrix does not grant is refused. Facts that need the books,
// such as "the approver is not the preparer", belong to the domain.
package access
