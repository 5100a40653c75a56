// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// live describes the live routes, which web/live answers.
func (r *routes) live() {
	const tag = "live"
	security := []map[string][]string{{"token": {}}, {}}
	socket := get("/v1/live", "Live messages over a websocket, sub-protocol noria.v1", tag)
	socket.Description = `The client sends {"subscribe":["wallet:wal_…"],"after":{"merchant:mer_…/payments":41}}. State topics (wallet, ` +
		"payment-request, campaign, fund) send their present state first and then the newest; event topics (merchant/payments) send every " +
		"event after the given number. Without a token only the public topic fund can be watched."
	socket.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusSwitchingProtocols): {Description: "The websocket is open"}}
	stream := get("/v1/live/events", "The same messages as an event stream", tag)
	stream.Parameters = []*huma.Param{
		{Name: "topics", In: "query", Required: true, Description: "Topics, parted by commas", Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: "Last-Event-ID", In: "header", Description: "Number of the last event seen", Schema: &huma.Schema{Type: huma.TypeInteger}},
	}
	stream.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusOK): {Description: "An event stream",
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	for _, op := range []huma.Operation{socket, stream} {
		op.OperationID, op.Security = operationID(op.Method, op.Path), security
		r.huma.OpenAPI().AddOperation(&op)
	}
}
