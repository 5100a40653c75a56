// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// everything is a body with every kind of field that a reader reads.
type everything struct {
	Body *struct {
		Name   string         `json:"name" minLength:"2" maxLength:"4"`
		Kind   string         `json:"kind,omitempty" enum:"red,green"`
		Amount *money.Amount  `json:"amount,omitempty"`
		Rate   money.Rate     `json:"rate,omitempty"`
		Wallet ident.Wallet   `json:"wallet,omitzero"`
		Count  int            `json:"count,omitempty" minimum:"-5" maximum:"120"`
		Sure   bool           `json:"sure,omitempty"`
		Words  []string       `json:"words,omitempty" minItems:"1" maxItems:"2"`
		Inner  struct{}       `json:"inner,omitzero" required:"false"`
		Lines  []batchLine    `json:"lines,omitempty"`
		Code   string         `json:"code,omitempty" pattern:"^[A-C]{2}$"`
		Whom   []ident.Holder `json:"whom,omitempty"`
	}
}

// dated is a body that no reader reads.
type dated struct {
	Body struct {
		On civil.Date `json:"on"`
	}
}

// formFor describes a route with an input type, as every route is.
func formFor[I any](t *testing.T) *form {
	t.Helper()
	config := huma.DefaultConfig("test", "1")
	config.CreateHooks = nil
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	describe(config.Components.Schemas)
	huma.ValidateStrictCasing = true
	d := &describing{}
	op := huma.Operation{Method: http.MethodPost, Path: "/test", OperationID: "post-test", MaxBodyBytes: bodyLimit}
	huma.Register(huma.NewAPI(config, d), op, func(context.Context, *I) (*shown[int], error) { return nil, nil })
	return formOf(config.Components.Schemas, d.last, typeOf[I]())
}

// readAs reads a body, with the reader or by the schema alone.
func readAs[I any](f *form, body string, direct bool) (I, int, []error) {
	own := *f
	if !direct {
		own.direct = nil
	}
	var in I
	request := httptest.NewRequest(http.MethodPost, "/test", strings.NewReader(body))
	status, wrong := own.read(httptest.NewRecorder(), request, reflect.ValueOf(&in).Elem())
	return in, status, wrong
}

// TestAReaderAcceptsWhatTheSchemaAccepts changes each byte of good bodies, and
// takes each away: whatever a reader makes of that is what the schema and the
// standard library make of it.
func TestAReaderAcceptsWhatTheSchemaAccepts(t *testing.T) {
	alike[newPayment](t,
		`{"to":"wal_01jd8x7k2mzq4n5v6w7y8z9abc","amount":"12.50"}`,
		`{ "message" : "merci à vous" , "amount":"0.01","to":"ABCD","from":"wal_01jd8x7k2mzq4n5v6w7y8z9abc"}`)
	alike[everything](t,
		`{"name":"abc"}`,
		"{\"name\":\"été\",\r\n\t\"kind\":\"red\",\"amount\":\"120.00\",\"rate\":\"0.25\",\"count\":-5,\"sure\":true,\"code\":\"AB\"}",
		`{"name":"ab","words":["x","yz"],"inner":{},"sure":false,"count":120,"whom":["hol_01jd8x7k2mzq4n5v6w7y8z9abc"]}`,
		`{"name":"ab","lines":[{"reference":"S-1","holder":"X","amount_eur":"1.00"},{"reference":"S-2","holder":"Y","amount_eur":"2.00"}]}`)
	alike[dated](t, `{"on":"2026-03-01"}`)
}

func alike[I any](t *testing.T, bodies ...string) {
	t.Helper()
	f := formFor[I](t)
	accepted := 0
	compare := func(body string) {
		t.Helper()
		fast, status, wrong := readAs[I](f, body, true)
		slow, wantStatus, want := readAs[I](f, body, false)
		if status != wantStatus || len(wrong) != len(want) || !reflect.DeepEqual(fast, slow) {
			t.Fatalf("%s: %d %v %+v, the schema says %d %v %+v", body, status, wrong, fast, wantStatus, want, slow)
		}
		if status == 0 {
			accepted++
		}
	}
	for _, body := range bodies {
		var in I
		v := reflect.ValueOf(&in).Elem().FieldByIndex(f.body)
		if f.direct != nil && !f.direct(&scanner{data: []byte(body)}, v) {
			t.Errorf("%s is left to the schema", body)
		}
		compare(body)
		for i := range len(body) {
			for _, c := range "\x00\x1f\x7f\xff \t\\\"'{}[]:,.-+0159eEaAzZnultrsfw/é" {
				compare(body[:i] + string(c) + body[i+1:])
				compare(body[:i] + string(c) + body[i:])
			}
			compare(body[:i] + body[i+1:])
			compare(body[:i] + "null" + body[i:])
			compare(body[:i])
			compare(body[i:])
		}
		compare(body + body)
		compare(strings.Replace(body, "{", body[:len(body)-1]+",", 1))
	}
	if accepted < len(bodies) {
		t.Errorf("%d of the bodies and their neighbours were accepted", accepted)
	}
}

// TestWhatReadersRead: the bodies of ordinary routes are read at once, and a
// date, which has rules of its own, is left to the schema.
func TestWhatReadersRead(t *testing.T) {
	for name, direct := range map[string]bool{
		"payment":    formFor[newPayment](t).direct != nil,
		"everything": formFor[everything](t).direct != nil,
		"no date":    formFor[dated](t).direct == nil,
	} {
		if !direct {
			t.Error(name)
		}
	}
}
