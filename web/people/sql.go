// SPDX-License-Identifier: AGPL-3.0-or-later

package people

const (
	sqlLook  = `INSERT INTO looks (holder, hour, viewer, what, role, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	sqlLooks = `SELECT at, role, what FROM looks WHERE holder = $1 ORDER BY hour DESC, at DESC LIMIT 1000`

	sqlPersonColumns = `SELECT u.id, u.holder, u.created_at, u.disabled_at, u.disabled_for, h.name, h.number, COALESCE(i.email, ''),
			g.role, g.organisation
		FROM users u JOIN holders h ON h.id = u.holder LEFT JOIN identities i ON i.user_id = u.id
			JOIN grants g ON g.user_id = u.id `
	sqlPerson = sqlPersonColumns + `WHERE u.id = $1 ORDER BY g.role, g.organisation`
	sqlPeople = sqlPersonColumns + `WHERE u.id IN (
			SELECT s.id FROM users s JOIN holders o ON o.id = s.holder LEFT JOIN identities e ON e.user_id = s.id
			WHERE s.id > $1 AND ($2 = '' OR o.number = $3 OR LOWER(o.name) LIKE LOWER($2) ESCAPE '!' OR e.email LIKE LOWER($2) ESCAPE '!')
			ORDER BY s.id LIMIT $4)
		ORDER BY u.id, g.role, g.organisation`
)
