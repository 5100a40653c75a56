// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"encoding"
	"encoding/json"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// reader reads one JSON value that is as its schema says into a Go value, in
// one pass. It returns false for whatever it is not sure of: what is wrong, and
// what is right in an unusual way (escapes, a field given twice, exponents).
// The schema itself then judges, and says what is wrong; so a reader may refuse
// too much and must never accept what the schema refuses.
type reader func(s *scanner, v reflect.Value) bool

// readerOf returns the reader of a type under its schema, nil where the two say
// more than readers know of.
func readerOf(registry huma.Registry, schema *huma.Schema, t reflect.Type) reader {
	for schema != nil && schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	if schema == nil || len(schema.OneOf)+len(schema.AnyOf)+len(schema.AllOf)+len(schema.DependentRequired) > 0 ||
		schema.Not != nil || schema.ReadOnly || schema.UniqueItems {
		return nil
	}
	pointer := reflect.PointerTo(t)
	switch {
	case pointer.Implements(typeOf[json.Unmarshaler]()):
		return nil
	case t.Kind() == reflect.Pointer:
		return pointerReader(registry, schema, t)
	case pointer.Implements(typeOf[encoding.TextUnmarshaler]()), t.Kind() == reflect.String:
		return textReader(schema, pointer)
	case t.Kind() == reflect.Int:
		return wholeReader(schema)
	case t.Kind() == reflect.Bool && schema.Type == huma.TypeBoolean && len(schema.Enum) == 0:
		return readBool
	case t.Kind() == reflect.Slice:
		return listReader(registry, schema, t)
	case t.Kind() == reflect.Struct:
		return objectReader(registry, schema, t)
	}
	return nil
}

func pointerReader(registry huma.Registry, schema *huma.Schema, t reflect.Type) reader {
	inner := readerOf(registry, schema, t.Elem())
	if inner == nil {
		return nil
	}
	return func(s *scanner, v reflect.Value) bool {
		v.Set(reflect.New(t.Elem()))
		return inner(s, v.Elem())
	}
}

// textReader reads strings, and what is written as one.
func textReader(schema *huma.Schema, pointer reflect.Type) reader {
	if schema.Type != huma.TypeString || schema.Format != "" || schema.ContentEncoding != "" {
		return nil
	}
	least, most := 0, math.MaxInt
	if schema.MinLength != nil {
		least = *schema.MinLength
	}
	if schema.MaxLength != nil {
		most = *schema.MaxLength
	}
	var pattern *regexp.Regexp
	if schema.Pattern != "" {
		pattern = regexp.MustCompile(schema.Pattern)
	}
	var values []string
	for _, value := range schema.Enum {
		text, ok := value.(string)
		if !ok {
			return nil
		}
		values = append(values, text)
	}
	marshaled := pointer.Implements(typeOf[encoding.TextUnmarshaler]())
	return func(s *scanner, v reflect.Value) bool {
		text, ok := s.text()
		if !ok || (pattern != nil && !pattern.Match(text)) || (values != nil && !slices.Contains(values, string(text))) {
			return false
		}
		if n := utf8.RuneCount(text); n < least || n > most {
			return false
		}
		if marshaled {
			return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(text) == nil
		}
		v.SetString(string(text))
		return true
	}
}

func wholeReader(schema *huma.Schema) reader {
	if schema.Type != huma.TypeInteger || schema.ExclusiveMinimum != nil || schema.ExclusiveMaximum != nil || schema.MultipleOf != nil || len(schema.Enum) > 0 {
		return nil
	}
	least, most := math.Inf(-1), math.Inf(1)
	if schema.Minimum != nil {
		least = *schema.Minimum
	}
	if schema.Maximum != nil {
		most = *schema.Maximum
	}
	return func(s *scanner, v reflect.Value) bool {
		n, ok := s.whole()
		if !ok || float64(n) < least || float64(n) > most {
			return false
		}
		v.SetInt(n)
		return true
	}
}

func readBool(s *scanner, v reflect.Value) bool {
	switch {
	case s.word("true"):
		v.SetBool(true)
		return true
	case s.word("false"):
		v.SetBool(false)
		return true
	}
	return false
}

func listReader(registry huma.Registry, schema *huma.Schema, t reflect.Type) reader {
	if schema.Type != huma.TypeArray || len(schema.Enum) > 0 {
		return nil
	}
	item := readerOf(registry, schema.Items, t.Elem())
	if item == nil {
		return nil
	}
	least, most := 0, math.MaxInt
	if schema.MinItems != nil {
		least = *schema.MinItems
	}
	if schema.MaxItems != nil {
		most = *schema.MaxItems
	}
	return func(s *scanner, v reflect.Value) bool {
		list := reflect.MakeSlice(t, 0, 0)
		ok := s.each('[', ']', func() bool {
			if list.Len() == most {
				return false
			}
			list = reflect.Append(list, reflect.Zero(t.Elem()))
			return item(s, list.Index(list.Len()-1))
		})
		v.Set(list)
		return ok && list.Len() >= least
	}
}

// member is one field of an object.
type member struct {
	name     string
	index    int
	required bool
	read     reader
}

func objectReader(registry huma.Registry, schema *huma.Schema, t reflect.Type) reader {
	closed, ok := schema.AdditionalProperties.(bool)
	if schema.Type != huma.TypeObject || !ok || closed || schema.MinProperties != nil || schema.MaxProperties != nil || len(schema.Enum) > 0 {
		return nil
	}
	var members []member
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		property := schema.Properties[name]
		if field.Anonymous || !field.IsExported() || property == nil || property.ReadOnly || strings.Contains(options, "string") {
			return nil
		}
		read := readerOf(registry, property, field.Type)
		if read == nil {
			return nil
		}
		members = append(members, member{name, i, slices.Contains(schema.Required, name), read})
	}
	if len(members) != len(schema.Properties) || len(members) > 64 {
		return nil
	}
	return func(s *scanner, v reflect.Value) bool {
		var seen uint64
		ok := s.each('{', '}', func() bool {
			name, ok := s.text()
			if !ok || !s.next(':') {
				return false
			}
			i := slices.IndexFunc(members, func(m member) bool { return m.name == string(name) })
			if i < 0 || seen&(1<<i) != 0 {
				return false
			}
			seen |= 1 << i
			return members[i].read(s, v.Field(members[i].index))
		})
		for i := range members {
			ok = ok && (seen&(1<<i) != 0 || !members[i].required)
		}
		return ok
	}
}
