// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
)

// State is what a state topic shows at one moment.
type State struct {
	Seq     int64 // last entry of the journal that it takes into account
	Version int64 // rises with every change of Body
	Body    any   // marshalled as the state of the message
}

// Event is one thing that happened in an event topic.
type Event struct {
	Seq     int64 // number of the journal's entry; a topic has at most one event for each
	Payload any   // marshalled as the event of the message
}

// StateTopic is a kind of topic whose messages replace each other.
type StateTopic struct {
	Prefix string // "wallet:", before an id; or a whole name, "fund"
	Public bool   // whether anybody may watch it, signed in or not

	// Authorize says whether the actor may watch the topic of this id. A fault of
	// kind Missing, Invalid or Malformed means that there is no such topic, any
	// other fault that it is not for this actor. It is not asked for public kinds.
	Authorize func(ctx context.Context, actor access.Actor, id string) error
	// State reads the present state.
	State func(ctx context.Context, id string) (State, error)
	// Concerns names the topics of this kind that a change may have altered; one
	// too many costs a read, one too few is never told. It may read the book, and
	// holds the journal's tail up while it does.
	Concerns func(ledger.Change) []string
}

// EventTopic is a kind of topic whose messages follow each other.
type EventTopic struct {
	Prefix, Suffix string // "merchant:" and "/payments", around an id

	// Authorize is that of a StateTopic.
	Authorize func(ctx context.Context, actor access.Actor, id string) error
	// After reads at most limit events after the entry numbered seq, in the order
	// of the journal, and says whether there are more.
	After func(ctx context.Context, id string, seq int64, limit int) ([]Event, bool, error)
	// Concerns names the topics of this kind in which a change made an event.
	Concerns func(ledger.Change) []string
}

// Topics is the registry of what can be watched.
type Topics struct {
	States []StateTopic
	Events []EventTopic
}

// longestTopic is the longest name of a topic, in bytes.
const longestTopic = 128

// feedOf makes the feed of a topic, or returns false where no kind has that
// name.
func (t Topics) feedOf(topic string) (*feed, bool) {
	if len(topic) > longestTopic {
		return nil, false
	}
	for i := range t.States {
		if id, ok := idIn(topic, t.States[i].Prefix, ""); ok {
			return newFeed(topic, id, &t.States[i], nil), true
		}
	}
	for i := range t.Events {
		if id, ok := idIn(topic, t.Events[i].Prefix, t.Events[i].Suffix); ok {
			return newFeed(topic, id, nil, &t.Events[i]), true
		}
	}
	return nil, false
}

// idIn returns the id between a prefix that ends with a colon and a suffix; a
// prefix without a colon is a whole name, without id.
func idIn(topic, prefix, suffix string) (string, bool) {
	if !strings.HasSuffix(prefix, ":") {
		return "", topic == prefix+suffix
	}
	rest, ok := strings.CutPrefix(topic, prefix)
	if !ok {
		return "", false
	}
	id, ok := strings.CutSuffix(rest, suffix)
	return id, ok && id != "" && !strings.ContainsAny(id, ":/")
}

// authorize asks the kind whether an actor may watch this feed.
func (f *feed) authorize(ctx context.Context, actor access.Actor) error {
	if f.state != nil && f.state.Public {
		return nil
	}
	if actor.ID.IsZero() {
		return fault.ErrForbidden
	}
	if f.state != nil {
		return f.state.Authorize(ctx, actor, f.id)
	}
	return f.event.Authorize(ctx, actor, f.id)
}

// refusal is the word for a refused topic, and false where the error is no
// refusal but a failure.
func refusal(err error) (string, bool) {
	f := fault.As(err)
	if f == nil {
		return "", false
	}
	switch f.Kind {
	case fault.Missing, fault.Invalid, fault.Malformed:
		return refusedUnknown, true
	case fault.Unavailable, fault.Limited:
		return "", false
	}
	return refusedForbidden, true
}
