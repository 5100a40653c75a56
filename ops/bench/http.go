// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Door is a running server and what a user needs to call it: for each wallet
// the token of its holder and the number others pay to.
type Door struct {
	Address string // host:port, plain HTTP on loopback
	Tokens  []string
	Numbers []string
}

// Dial returns the step of one client on a connection of its own. The client is
// lean, so that the figures speak of the server: it writes the request that any
// client would send and reads the answer's status and body.
func (d Door) Dial(client int) (Step, error) {
	c, err := dial(d.Address)
	if err != nil {
		return nil, err
	}
	keys := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(client)))
	var request, body []byte
	return func(from, to int) error {
		body = fmt.Appendf(body[:0], `{"to":"%s","amount":"0.01"}`, d.Numbers[to])
		request = fmt.Appendf(request[:0], "POST /v1/payments HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"+
			"Idempotency-Key: %016x%016x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			d.Address, d.Tokens[from], keys.Uint64(), keys.Uint64(), len(body), body)
		return c.exchange(request, http.StatusCreated)
	}, nil
}

// Echo measures a bare handler that reads a payment's body and answers with as
// many bytes as a payment's answer, under the same generator.
func Echo(ctx context.Context, l Load) (Figures, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Figures{}, err
	}
	answer := bytes.Repeat([]byte("x"), 300)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		w.Write(answer)
	})}
	go server.Serve(listener)
	defer server.Close()
	door := Door{Address: listener.Addr().String(), Tokens: make([]string, l.Wallets), Numbers: make([]string, l.Wallets)}
	for i := range l.Wallets {
		door.Tokens[i], door.Numbers[i] = "noria_a00000000000000000000000000000000000000000000000000000000", "00000000"
	}
	l.Dial = door.Dial
	return l.Run(ctx)
}

type connection struct {
	net.Conn
	reader *bufio.Reader
}

func dial(address string) (*connection, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{c, bufio.NewReader(c)}, nil
}

// exchange sends one request and reads one answer of a known status.
func (c *connection) exchange(request []byte, want int) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	line, err := c.reader.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 {
		return errors.New("short status line")
	}
	status, _ := strconv.Atoi(string(line[9:12]))
	length := -1
	for {
		if line, err = c.reader.ReadSlice('\n'); err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(":")); ok && bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("the answer has no length")
	}
	if status != want {
		body := make([]byte, length)
		io.ReadFull(c.reader, body)
		return fmt.Errorf("status %d, want %d: %.300s", status, want, body)
	}
	_, err = c.reader.Discard(length)
	return err
}
