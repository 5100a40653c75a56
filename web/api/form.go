// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger/db"
)

// bodyPatience is how long a body may take to come.
const bodyPatience = 5 * time.Second

// form is what a route reads from a request, by the schemas that it is
// documented with.
type form struct {
	registry   huma.Registry
	parameters []parameter
	queries    map[string]bool // names of parameters in the address
	body       []int           // index of the field Body; nil for none
	raw        []int           // index of the field RawBody; nil for none
	schema     *huma.Schema    // of Body
	direct     reader          // of Body; nil where the schema has to judge every one
	required   bool            // whether there must be a body
	limit      int64           // first size of a body that is too large
}

// parameter is a field that is read from the path, the address or a header.
type parameter struct {
	index          []int
	in, name, none string // none is what is read where it is absent
	schema         *huma.Schema
}

// formOf returns the form of an input type for a documented operation. It
// panics where the type has a field that no form knows of.
func formOf(registry huma.Registry, op *huma.Operation, t reflect.Type) *form {
	f := &form{registry: registry, queries: make(map[string]bool), limit: op.MaxBodyBytes}
	f.fields(t, nil)
	if op.RequestBody == nil {
		return f
	}
	f.required = op.RequestBody.Required
	if f.body != nil {
		f.schema = op.RequestBody.Content["application/json"].Schema
		f.direct = readerOf(registry, f.schema, t.FieldByIndex(f.body).Type)
	}
	return f
}

func (f *form) fields(t reflect.Type, path []int) {
	for i := range t.NumField() {
		field := t.Field(i)
		index := append(append([]int{}, path...), i)
		switch {
		case field.Anonymous:
			f.fields(field.Type, index)
		case field.Name == "Body":
			f.body = index
		case field.Name == "RawBody":
			f.raw = index
		default:
			p := parameter{index: index, none: field.Tag.Get("default"), schema: huma.SchemaFromField(f.registry, field, "")}
			for _, p.in = range []string{"path", "query", "header"} {
				if p.name = field.Tag.Get(p.in); p.name != "" {
					break
				}
			}
			if p.name == "" || field.Tag.Get("required") == "true" || set(reflect.New(field.Type).Elem(), p.none) == errParameter {
				panic(fmt.Sprintf("api: no form for %s of %s", field.Name, t))
			}
			f.queries[p.name] = p.in == "query"
			f.parameters = append(f.parameters, p)
		}
	}
}

// read reads a request into a value of the form's type. It returns what is
// wrong with it and the status that says so.
func (f *form) read(w http.ResponseWriter, r *http.Request, into reflect.Value) (int, []error) {
	var found huma.ValidateResult
	if r.URL.RawQuery != "" {
		for name := range r.URL.Query() {
			if !f.queries[name] {
				found.Add(at("query", name), "", "unknown query parameter")
			}
		}
		if len(found.Errors) > 0 {
			return http.StatusUnprocessableEntity, found.Errors
		}
	}
	for i := range f.parameters {
		f.parameters[i].read(f.registry, r, into, &found)
	}
	status := http.StatusUnprocessableEntity
	if f.body != nil || f.raw != nil {
		raw, failed := f.bytes(w, r)
		switch {
		case failed == 0 && len(raw) == 0 && f.required:
			failed = http.StatusBadRequest
		case failed == 0 && f.raw != nil:
			into.FieldByIndex(f.raw).SetBytes(raw)
		case failed == 0 && len(raw) > 0:
			status = f.content(r, raw, into.FieldByIndex(f.body), &found)
		}
		if failed != 0 {
			return failed, found.Errors
		}
	}
	if len(found.Errors) > 0 {
		return status, found.Errors
	}
	return 0, nil
}

// read reads a parameter and adds what is wrong with it.
func (p *parameter) read(registry huma.Registry, r *http.Request, into reflect.Value, found *huma.ValidateResult) {
	var text string
	switch p.in {
	case "path":
		text = r.PathValue(p.name)
	case "query":
		if r.URL.RawQuery != "" {
			text = r.URL.Query().Get(p.name)
		}
	case "header":
		text = r.Header.Get(p.name)
	}
	if text == "" {
		text = p.none
	}
	if text == "" {
		return
	}
	field := into.FieldByIndex(p.index)
	if err := set(field, text); err != nil {
		found.Add(at(p.in, p.name), "", err.Error())
		return
	}
	var value any = text
	if field.Kind() == reflect.Int {
		value = field.Int()
	}
	huma.Validate(registry, p.schema, at(p.in, p.name), huma.ModeWriteToServer, value, found)
}

// errParameter says that no parameter can be of a type.
var errParameter = errors.New("no type of a parameter")

// set reads a text into a field. It returns an error in words for the caller.
func set(field reflect.Value, text string) error {
	switch into := field.Addr().Interface().(type) {
	case *time.Time:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return errors.New("invalid date/time for format " + time.RFC3339Nano)
		}
		*into = t
		return nil
	case encoding.TextUnmarshaler:
		if into.UnmarshalText([]byte(text)) != nil {
			return errors.New("has the wrong form")
		}
		return nil
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
		return nil
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("invalid integer")
		}
		field.SetInt(int64(n))
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("invalid boolean")
		}
		field.SetBool(b)
		return nil
	}
	return errParameter
}

// at names a place of a request.
func at(in, name string) *huma.PathBuffer {
	path := huma.NewPathBuffer(make([]byte, 0, 32), 0)
	path.Push(in)
	if name != "" {
		path.Push(name)
	}
	return path
}

// bytes reads the body, or returns the status of why not.
func (f *form) bytes(w http.ResponseWriter, r *http.Request) ([]byte, int) {
	// Where the connection cannot be given a limit the server's own holds.
	_ = huma.SetReadDeadline(w, db.Now().Add(bodyPatience))
	var raw []byte
	var err error
	if r.ContentLength > 0 && r.ContentLength < bodyLimit {
		raw = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, raw)
	} else {
		raw, err = io.ReadAll(io.LimitReader(r.Body, f.limit))
	}
	var late net.Error
	switch {
	case int64(len(raw)) >= f.limit:
		return nil, http.StatusRequestEntityTooLarge
	case errors.As(err, &late) && late.Timeout():
		return nil, http.StatusRequestTimeout
	case err != nil:
		return nil, http.StatusBadRequest // the caller broke off
	}
	return raw, 0
}

// content reads a JSON body, adds what is wrong with it and returns the status
// that says so.
func (f *form) content(r *http.Request, raw []byte, body reflect.Value, found *huma.ValidateResult) int {
	if media := r.Header.Get("Content-Type"); media != "application/json" && !isJSON(media) {
		found.Add(at("body", ""), "", "must be application/json")
		return http.StatusUnsupportedMediaType
	}
	if f.direct != nil {
		s := scanner{data: raw}
		if f.direct(&s, body) && s.ended() {
			return 0
		}
		body.SetZero()
	}
	var loose any
	if err := unmarshal(raw, &loose); err != nil {
		found.Add(at("body", ""), "", "must be JSON")
		return http.StatusBadRequest
	}
	before := len(found.Errors)
	huma.Validate(f.registry, f.schema, at("body", ""), huma.ModeWriteToServer, loose, found)
	if len(found.Errors) == before && json.Unmarshal(raw, body.Addr().Interface()) != nil {
		found.Add(at("body", ""), "", "a field has the wrong form")
	}
	return http.StatusUnprocessableEntity
}

// isJSON says whether a media type is that of JSON; none at all is.
func isJSON(media string) bool {
	media, _, _ = strings.Cut(media, ";")
	media = strings.TrimSpace(media)
	return media == "" || media == "application/json" || strings.HasSuffix(media, "+json")
}
