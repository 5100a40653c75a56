// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"reflect"
	"strconv"
)

// list is a page of things, with the cursor of the next one.
type list[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// listOf makes a page; a full one has a cursor, made from its last thing.
func listOf[T any](items []T, limit int, cursor func(T) string) list[T] {
	l := list[T]{Items: items}
	if items == nil {
		l.Items = []T{}
	}
	if len(items) > 0 && len(items) == limit {
		l.NextCursor = cursor(items[len(items)-1])
	}
	return l
}

// whole makes a list that is not given in pages.
func whole[T any](items []T) list[T] { return listOf(items, 0, nil) }

func itoa(n int) string { return strconv.Itoa(n) }

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
