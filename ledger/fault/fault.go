// SPDX-License-Identifier: AGPL-3.0-or-later

package fault

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Kind says what sort of refusal a fault is.
type Kind int

// The kinds of refusal, each with one HTTP status in web/problem.
const (
	Malformed       Kind = iota + 1 // cannot be read: 400
	Invalid                         // read, but against the rules of form: 422
	Unauthenticated                 // nobody is signed in: 401
	Forbidden                       // signed in without the right: 403
	Missing                         // there is no such thing: 404
	Refused                         // a rule of the domain says no: 409
	Limited                         // too many, too fast: 429
	Unavailable                     // cannot be done now, try again: 503
)

// Code names the rule that refused, in lower case with hyphens; it is part of
// the contract with programs.
type Code string

// Field points at the part of the input that is wrong.
type Field struct {
	Pointer string // JSON pointer into the body, or "query/limit", "header/Idempotency-Key"
	Code    Code   // what is wrong there
	Detail  string // the developer's sentence, without the offending value
}

// Fault is a declared refusal. Nothing was changed when one is returned.
type Fault struct {
	Kind       Kind
	Code       Code
	Detail     string        // the developer's sentence
	Fields     []Field       // where the input is wrong, all at once
	RetryAfter time.Duration // for Unavailable and Limited: when to try again
	Unknown    bool          // whether money moved is not known yet (lost commit answer)
}

// New declares a refusal.
func New(kind Kind, code Code, detail string) *Fault {
	return &Fault{Kind: kind, Code: code, Detail: detail}
}

// Error writes the code, the sentence and the fields.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(string(f.Code))
	if f.Detail != "" {
		b.WriteString(": " + f.Detail)
	}
	for _, field := range f.Fields {
		b.WriteString("; " + field.Pointer + ": " + field.Detail)
	}
	return b.String()
}

// Is makes two faults of one code equal for errors.Is, whatever their details.
func (f *Fault) Is(target error) bool {
	var other *Fault
	return errors.As(target, &other) && other.Code == f.Code && other.Kind == f.Kind
}

// With returns a copy with another sentence.
func (f *Fault) With(detail string) *Fault {
	c := *f
	c.Detail = detail
	return &c
}

// At returns a copy that points at one more wrong field.
func (f *Fault) At(pointer, detail string) *Fault {
	c := *f
	c.Fields = append(append([]Field(nil), f.Fields...), Field{Pointer: pointer, Code: f.Code, Detail: detail})
	return &c
}

// Under returns a copy whose wrong fields are below a pointer, or nil for nil.
func (f *Fault) Under(pointer string) error {
	if f == nil {
		return nil
	}
	c := *f
	c.Fields = slices.Clone(f.Fields)
	for i := range c.Fields {
		c.Fields[i].Pointer = pointer + c.Fields[i].Pointer
	}
	return &c
}

// After returns a copy that says when to try again.
func (f *Fault) After(d time.Duration) *Fault {
	c := *f
	c.RetryAfter = d
	return &c
}

// InDoubt returns a copy that says that it is not known whether money moved.
func (f *Fault) InDoubt() *Fault {
	c := *f
	c.Unknown = true
	return &c
}

// As returns the fault inside an error, or nil.
func As(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// Refusals of form that every room shares.
var (
	ErrInvalid   = New(Invalid, "invalid", "the input is against the rules")
	ErrMalformed = New(Malformed, "malformed", "the input cannot be read")
	ErrMissing   = New(Missing, "missing", "there is no such thing")
	ErrForbidden = New(Forbidden, "forbidden", "this actor may not do this")
)

// Check collects wrong fields, so that all are told at once.
type Check struct{ fields []Field }

// That notes a wrong field unless ok.
func (c *Check) That(ok bool, pointer, detail string) {
	if !ok {
		c.fields = append(c.fields, Field{Pointer: pointer, Code: ErrInvalid.Code, Detail: detail})
	}
}

// Err returns ErrInvalid with every field noted, or nil.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	f := *ErrInvalid
	f.Fields = c.fields
	return &f
}
