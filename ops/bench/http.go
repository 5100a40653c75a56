// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Door is a running server and what a user needs to call it: for each wallet
// the token of its holder and the number others pay to.
type Door struct {
	Address string // host:port, plain HTTP on loopback
	Tokens  []string
	Numbers []string

	once   sync.Once
	client *http.Client // of all clients; each comes back to a connection it left
}

// manyClients is more than a run has, so that no connection is given up between
// two payments.
const manyClients = 4096

// Dial returns the step of one client, which pays as any program would: with
// the standard library's client, reading each answer to its end.
func (d *Door) Dial(client int) (Step, error) {
	d.once.Do(func() {
		d.client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: manyClients}}
	})
	keys := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(client)))
	return func(from, to int) error {
		return d.pay(from, to, fmt.Sprintf("%016x%016x", keys.Uint64(), keys.Uint64()))
	}, nil
}

// pay sends one payment of a cent and reads the answer.
func (d *Door) pay(from, to int, key string) error {
	body := `{"to":"` + d.Numbers[to] + `","amount":"0.01"}`
	request, err := http.NewRequest(http.MethodPost, "http://"+d.Address+"/v1/payments", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+d.Tokens[from])
	request.Header.Set("Idempotency-Key", key)
	request.Header.Set("Content-Type", "application/json")
	response, err := d.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		problem, _ := io.ReadAll(io.LimitReader(response.Body, 300))
		return fmt.Errorf("status %d, want %d: %s", response.StatusCode, http.StatusCreated, problem)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// Close gives up the connections of the clients.
func (d *Door) Close() {
	if d.client != nil {
		d.client.CloseIdleConnections()
	}
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
	door := &Door{Address: listener.Addr().String(), Tokens: make([]string, l.Wallets), Numbers: make([]string, l.Wallets)}
	defer door.Close()
	for i := range l.Wallets {
		door.Tokens[i], door.Numbers[i] = "noria_a00000000000000000000000000000000000000000000000000000000", "00000000"
	}
	l.Dial = door.Dial
	return l.Run(ctx)
}
