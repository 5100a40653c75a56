// SPDX-License-Identifier: AGPL-3.0-or-later

package proxy

import "time"

// fate is what happens to one message.
type fate int

const (
	passes fate = iota
	fails       // the server is made to answer with an error
	cutBefore
	cutAfter
)

// statement draws the fate of a statement other than COMMIT. A server fails
// transactions that only read for no reason of this kind.
func (p *Proxy) statement(reader bool) fate {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts.Statements++
	switch {
	case reader && !p.faults.Readers:
	case !reader && p.strikes(p.faults.Errors, &p.counts.Errors):
		return fails
	case p.strikes(p.faults.Cuts, &p.counts.Cuts):
		return cutBefore
	}
	return passes
}

// commit draws the fate of a COMMIT.
func (p *Proxy) commit(reader bool) fate {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts.Commits++
	if p.spared > 0 && !reader {
		p.spared--
		return passes
	}
	switch {
	case reader && !p.faults.Readers:
	case p.strikes(p.faults.CommitErrors, &p.counts.CommitErrors):
		return fails
	case p.strikes(p.faults.CutsBefore, &p.counts.CutsBefore):
		return cutBefore
	case p.strikes(p.faults.CutsAfter, &p.counts.CutsAfter):
		return cutAfter
	}
	return passes
}

// delay draws how long an answer waits.
func (p *Proxy) delay(reader bool) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.faults.Delay > 0 && (!reader || p.faults.Readers) && p.strikes(p.faults.Slow, &p.counts.Delayed) {
		return time.Duration(p.random.Int64N(int64(p.faults.Delay)) + 1)
	}
	return 0
}

// code draws the error of a statement that fails: a serialisation failure or a
// deadlock.
func (p *Proxy) code() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return [2]string{"40001", "40P01"}[p.random.IntN(2)]
}

// strikes draws whether a fault of this rate happens now, and counts it.
func (p *Proxy) strikes(rate int, count *int) bool {
	if rate == 0 || p.left == 0 || p.spared > 0 || p.random.IntN(1000) >= rate {
		return false
	}
	if p.left > 0 {
		p.left--
	}
	*count++
	return true
}

// onCut returns what the test wants to do between the two ends of a cut.
func (p *Proxy) onCut() {
	p.mu.Lock()
	do := p.faults.OnCut
	p.mu.Unlock()
	if do != nil {
		do()
	}
}
