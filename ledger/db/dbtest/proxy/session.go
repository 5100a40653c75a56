// SPDX-License-Identifier: AGPL-3.0-or-later

package proxy

import (
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// marker begins the name of a prepared statement that does not exist. A message
// that is to fail is replaced by one that asks for it: the server then raises an
// error and aborts the transaction by itself, and only the error's code, which
// is the rest of the name, is put in place on the way back.
const marker = "noria fault "

// session is one connection through the proxy.
type session struct {
	proxy          *Proxy
	client, server net.Conn
	back           *pgproto3.Backend  // towards the client
	front          *pgproto3.Frontend // towards the server
	gone           chan struct{}
	once           sync.Once
	readsOnly      bool              // whether the client asked for transactions that only read
	inside         atomic.Bool       // a transaction is open
	cutAfter       atomic.Bool       // the COMMIT under way is to be the last
	witnessed      atomic.Bool       // the server's side is cut, and the test acts before the client's is
	silent         atomic.Bool       // the next ROLLBACK was not asked for by the client
	prepared       map[string]string // texts of the client's prepared statements, by name
}

func newSession(p *Proxy, client, server net.Conn) *session {
	return &session{
		proxy: p, client: client, server: server, gone: make(chan struct{}), prepared: make(map[string]string),
		back: pgproto3.NewBackend(client, client), front: pgproto3.NewFrontend(server, server),
	}
}

// run lets the conversation pass until either side ends it.
func (s *session) run() {
	if err := s.greet(); err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { s.statements(); s.cut() })
	both.Go(func() {
		s.answers()
		if !s.witnessed.Load() {
			s.cut()
		}
	})
	both.Wait()
}

// cut closes both sides.
func (s *session) cut() {
	s.once.Do(func() {
		close(s.gone)
		s.server.Close()
		s.client.Close()
	})
}

// cutWithWitness closes the server's side, lets the test act, and closes the
// client's.
func (s *session) cutWithWitness() {
	s.witnessed.Store(true)
	s.server.Close()
	s.proxy.onCut()
	s.cut()
}

// greet passes on what comes before the first statement: the start and the
// proof of who one is, in turns.
func (s *session) greet() error {
	for {
		start, err := s.back.ReceiveStartupMessage()
		if err != nil {
			return err
		}
		switch m := start.(type) {
		case *pgproto3.StartupMessage:
			s.readsOnly = m.Parameters["default_transaction_read_only"] == "on"
		case *pgproto3.SSLRequest, *pgproto3.GSSEncRequest:
			if _, err := s.client.Write([]byte{'N'}); err != nil {
				return err
			}
			continue
		}
		s.front.Send(start)
		if err := s.front.Flush(); err != nil {
			return err
		}
		if _, ok := start.(*pgproto3.CancelRequest); ok {
			return errors.New("a cancel request is all that its connection carries")
		}
		return s.authenticate()
	}
}

func (s *session) authenticate() error {
	for {
		answer, err := s.front.Receive()
		if err != nil {
			return err
		}
		s.back.Send(answer)
		if err := s.back.Flush(); err != nil {
			return err
		}
		var kind uint32
		switch answer.(type) {
		case *pgproto3.ReadyForQuery:
			return nil
		case *pgproto3.AuthenticationCleartextPassword:
			kind = pgproto3.AuthTypeCleartextPassword
		case *pgproto3.AuthenticationMD5Password:
			kind = pgproto3.AuthTypeMD5Password
		case *pgproto3.AuthenticationSASL:
			kind = pgproto3.AuthTypeSASL
		case *pgproto3.AuthenticationSASLContinue:
			kind = pgproto3.AuthTypeSASLContinue
		default:
			continue
		}
		if err := s.back.SetAuthType(kind); err != nil {
			return err
		}
		proof, err := s.back.Receive()
		if err != nil {
			return err
		}
		s.front.Send(proof)
		if err := s.front.Flush(); err != nil {
			return err
		}
	}
}

// statements passes on what the client says.
func (s *session) statements() {
	for {
		message, err := s.back.Receive()
		if err != nil {
			return
		}
		fate, replaced := s.meet(message)
		if fate == cutBefore {
			s.cutWithWitness()
			return
		}
		if fate == cutAfter {
			s.cutAfter.Store(true)
		}
		s.front.Send(replaced)
		switch message.(type) {
		case *pgproto3.Parse, *pgproto3.Bind, *pgproto3.Describe, *pgproto3.Execute, *pgproto3.Close:
			continue // Sync or Flush follows
		}
		if err := s.front.Flush(); err != nil {
			return
		}
	}
}

// meet draws the fate of a message and returns what the server gets to see.
func (s *session) meet(message pgproto3.FrontendMessage) (fate, pgproto3.FrontendMessage) {
	switch m := message.(type) {
	case *pgproto3.Query:
		switch strings.ToUpper(strings.TrimSuffix(strings.TrimSpace(m.String), ";")) {
		case "ROLLBACK":
			return passes, m // it never fails on a server
		case "COMMIT":
			f := s.proxy.commit(s.readsOnly)
			if f == fails {
				// A COMMIT that fails ends its transaction too.
				s.silent.Store(true)
				return f, &pgproto3.Query{String: `ROLLBACK; EXECUTE "` + marker + s.proxy.code() + `"`}
			}
			return f, m
		}
		f := s.statement()
		if f == fails {
			return f, &pgproto3.Query{String: `EXECUTE "` + marker + s.proxy.code() + `"`}
		}
		return f, m
	case *pgproto3.Parse:
		s.prepared[m.Name] = m.Query
	case *pgproto3.Bind:
		f := s.statement()
		if s.prepared[m.PreparedStatement] == "COMMIT" {
			f = s.proxy.commit(s.readsOnly)
		}
		if f == fails {
			return f, &pgproto3.Bind{PreparedStatement: marker + s.proxy.code()}
		}
		return f, m
	}
	return passes, message
}

// statement draws the fate of a statement; one outside of a transaction passes.
func (s *session) statement() fate {
	if !s.inside.Load() {
		return passes
	}
	return s.proxy.statement(s.readsOnly)
}

// answers passes on what the server says.
func (s *session) answers() {
	for {
		message, err := s.front.Receive()
		if err != nil {
			return
		}
		switch m := message.(type) {
		case *pgproto3.CommandComplete:
			tag := string(m.CommandTag)
			if tag == "COMMIT" && s.cutAfter.Load() {
				s.cutWithWitness()
				return
			}
			if tag == "ROLLBACK" && s.silent.CompareAndSwap(true, false) {
				continue
			}
		case *pgproto3.ErrorResponse:
			if _, rest, ok := strings.Cut(m.Message, marker); ok {
				m.Code, m.Message = rest[:5], "a fault of the proxy"
			}
		case *pgproto3.ReadyForQuery:
			s.inside.Store(m.TxStatus != 'I')
			s.wait(s.proxy.delay(s.readsOnly))
		}
		s.back.Send(message)
		if s.front.ReadBufferLen() == 0 {
			if err := s.back.Flush(); err != nil {
				return
			}
		}
	}
}

// wait holds an answer back, unless the connection goes meanwhile.
func (s *session) wait(d time.Duration) {
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.gone:
	}
}
