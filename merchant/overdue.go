// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import "context"

const sqlOverdue = `SELECT EXISTS (SELECT 1 FROM payment_requests WHERE status = 'open' AND expires_at <= $1)
	OR EXISTS (SELECT 1 FROM personal_requests WHERE status = 'open' AND expires_at <= $1)`

// Overdue says whether ExpireDue would find a request; it only reads.
func (s *Service) Overdue(ctx context.Context) (bool, error) {
	var due bool
	err := s.ledger.Reader().QueryRowContext(ctx, sqlOverdue, s.ledger.Now().UnixMicro()).Scan(&due)
	return due, err
}
