// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
)

// answer is how a route writes what it returns.
type answer struct {
	status  int
	headers []answerHeader
	body    []int // index of the field Body; nil for none
}

type answerHeader struct {
	index int
	name  string
}

// answerOf returns how an output type is written. It panics where the type has
// a field that is neither a header's text nor the body.
func answerOf(status int, t reflect.Type) *answer {
	a := &answer{status: status}
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get("header")
		switch {
		case field.Name == "Body":
			a.body = field.Index
		case name != "" && field.Type.Kind() == reflect.String:
			a.headers = append(a.headers, answerHeader{i, http.CanonicalHeaderKey(name)})
		default:
			panic(fmt.Sprintf("api: no answer for %s of %s", field.Name, t))
		}
	}
	return a
}

// write answers with an output. An error means that nothing was written.
func (a *answer) write(w http.ResponseWriter, out reflect.Value) error {
	var body []byte
	header := w.Header()
	if a.body != nil {
		switch v := out.FieldByIndex(a.body).Addr().Interface().(type) {
		case *[]byte:
			body = *v
		default:
			var written bytes.Buffer
			written.Grow(512)
			if err := marshal(&written, v); err != nil {
				return err
			}
			body = written.Bytes()
			header["Content-Type"] = []string{"application/json"}
		}
	}
	for _, h := range a.headers {
		if text := out.Field(h.index).String(); text != "" {
			header[h.name] = []string{text}
		}
	}
	w.WriteHeader(a.status)
	if a.body != nil {
		w.Write(body)
	}
	return nil
}

func marshal(into *bytes.Buffer, v any) error {
	e := json.NewEncoder(into)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
