// SPDX-License-Identifier: AGPL-3.0-or-later

package job

const (
	sqlOpen = `INSERT INTO jobs (name, runs, owner, lease_until, started_at, finished_at, outcome, problem)
		VALUES ($1, 0, NULL, 0, 0, 0, 'never', '') ON CONFLICT (name) DO NOTHING`
	// A lease that ran out may be taken over; a run may not follow the one before
	// too soon, whichever process made it.
	sqlLease = `UPDATE jobs SET runs = runs + 1, owner = $2, lease_until = $3, started_at = $4, outcome = 'running', problem = ''
		WHERE name = $1 AND lease_until <= $4 AND started_at <= $5 AND (runs = $6 OR $6 < 0)`
	sqlExtend = `UPDATE jobs SET lease_until = $3 WHERE name = $1 AND owner = $2`
	sqlFinish = `UPDATE jobs SET owner = NULL, lease_until = 0, finished_at = $3, outcome = $4, problem = $5
		WHERE name = $1 AND owner = $2`

	sqlColumns = `SELECT name, runs, lease_until, started_at, finished_at, outcome, problem FROM jobs `
	sqlState   = sqlColumns + `WHERE name = $1`
	sqlStates  = sqlColumns + `ORDER BY name`

	sqlProbe = `UPDATE jobs SET runs = runs + 1 WHERE name = $1`
)
