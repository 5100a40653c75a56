// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ask is what a client says: the topics it wants to watch and, for event
// topics, the last sequence number it saw. A number that is null is no number.
type ask struct {
	Subscribe []string          `json:"subscribe"`
	After     map[string]*int64 `json:"after"`
}

// errUnreadable is what a malformed message of a client comes to.
var errUnreadable = errors.New("not a message of noria.v1")

// readAsk reads a client's message. Unknown fields are refused, as everywhere
// in the contract.
func readAsk(data []byte) (ask, error) {
	var a ask
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a); err != nil || len(a.Subscribe) == 0 {
		return ask{}, errUnreadable
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return ask{}, errUnreadable
	}
	for _, seq := range a.After {
		if seq != nil && *seq < 0 {
			return ask{}, errUnreadable
		}
	}
	return a, nil
}

// Words of a refused topic or message.
const (
	refusedForbidden = "forbidden"
	refusedUnknown   = "unknown-topic"
	refusedTooMany   = "too-many-topics"
	refusedMalformed = "malformed"
)

// stateMessage is the message of a state topic.
type stateMessage struct {
	Topic   string          `json:"topic"`
	Seq     int64           `json:"seq"`
	Version int64           `json:"version"`
	State   json.RawMessage `json:"state"`
}

// eventMessage is the message of an event topic.
type eventMessage struct {
	Topic string `json:"topic"`
	Seq   int64  `json:"seq"`
	Event any    `json:"event"`
}

// cursorMessage says where a watcher stands in an event topic: after a reset,
// or in answer to a topic that is asked for again.
type cursorMessage struct {
	Topic string `json:"topic"`
	Seq   int64  `json:"seq"`
	Reset bool   `json:"reset,omitempty"`
}

// refusedMessage says that a topic, or with no topic the whole message, was
// refused.
type refusedMessage struct {
	Topic string `json:"topic,omitempty"`
	Error string `json:"error"`
}

// encode writes one of the messages above that cannot fail to be written.
func encode(message any) []byte {
	b, err := json.Marshal(message)
	if err != nil {
		panic(fmt.Sprintf("live: %T: %v", message, err))
	}
	return b
}
