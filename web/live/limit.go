// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import "time"

// Limits of live connections. A zero field takes its default.
type Limits struct {
	Sockets  int // open connections of the process; 4096
	Unsigned int // of which nobody is signed in; 2048
	PerUser  int // open connections of one user; 20
	Topics   int // topics of one connection; 50
	Missed   int // events given to a watcher that comes back; above, it is told to start afresh; 500
	Queue    int // announcements of events that may wait behind one write; 64
	Frame    int // bytes of a client's message; 4096
	Asks     int // messages of a client between two checks of rights; 240
	Strikes  int // malformed messages before the connection is closed; 3

	Ping      time.Duration // between two pings of a socket; 25 s
	Pong      time.Duration // silence after which a socket is given up; 60 s
	Heartbeat time.Duration // between two comments of a stream; 15 s
	Write     time.Duration // for one write; 5 s
	Read      time.Duration // for the reads of the book behind one round of messages; 5 s
	Recheck   time.Duration // between two checks of rights; 60 s
	Pace      time.Duration // rest between two rounds of messages, in which states conflate; 50 ms, negative for none
	Linger    time.Duration // for the peer to answer a close; 1 s
	Comeback  time.Duration // longest advice when to reconnect after a stop; 5 s
}

// filled returns the limits with every default in its place.
func (l Limits) filled() Limits {
	for _, n := range []struct {
		field *int
		value int
	}{
		{&l.Sockets, 4096}, {&l.Unsigned, 2048}, {&l.PerUser, 20}, {&l.Topics, 50}, {&l.Missed, 500},
		{&l.Queue, 64}, {&l.Frame, 4096}, {&l.Asks, 240}, {&l.Strikes, 3},
	} {
		if *n.field == 0 {
			*n.field = n.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&l.Ping, 25 * time.Second}, {&l.Pong, time.Minute}, {&l.Heartbeat, 15 * time.Second},
		{&l.Write, 5 * time.Second}, {&l.Read, 5 * time.Second}, {&l.Recheck, time.Minute},
		{&l.Pace, 50 * time.Millisecond}, {&l.Linger, time.Second}, {&l.Comeback, 5 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return l
}
