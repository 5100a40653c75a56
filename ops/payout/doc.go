// SPDX-License-Identifier: AGPL-3.0-or-later

// Package payout owns what a collectivité pays in units on behalf of others
// without spending units itself (rule P6): the standing choices of elected
// officials, and batches of indemnities, subsidies and invoices. A batch is
// drafted from lines or a CSV file, approved by another person on its digest,
// funded by one bank transfer and executed line by line.
//
// It refuses: approval by the person who prepared (D9) or of another content
// than was read; more euros than the lines add up to; a bank reference used
// twice; a file with wrong lines, all of them told at once. A line that may not
// be paid does not stop its batch: its euros go to the account of those to be
// returned (P8).
//
// Laws, recomputed by CheckBatches: the lines paid and returned of a batch never
// exceed the euros received for it, and equal them to the cent once it is
// executed; a line is paid once, whatever is interrupted or asked for again;
// the same holder, reference, purpose and period of a collectivité are paid once
// over all batches. The files hold references, holders and net amounts only
// (P9).
package payout
