// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

func samples() []pagetest.Sample {
	m, nasty, noon, hash := money.MustParse, pagetest.Nasty, pagetest.Noon(), strings.Repeat("0f", 32)
	visitor := page.Visitor{Name: nasty, Menu: []page.Entry{{Section: "audit", Path: "/controle"}}}
	tabs := []page.Tab{{Key: "audit-audit", Path: "/controle"}, {Key: "audit-journal", Path: "/controle/journal", Here: true}, {Key: "audit-commands", Path: "/controle/commandes"}}
	seen := func(name, template, title string, status int, v any) pagetest.Sample {
		s := sheet(template, title, tabs, v)
		s.Visitor = visitor
		return pagetest.Sample{Name: name, Status: status, Sheet: s}
	}
	wallet, bank := account{"loc:wallet:hol_1", "12345678"}, account{"eur:bank:guarantee:digital:la-nef", ""}
	held := account{"loc:reserved:hol_1", "12345678"}
	entry := entryRow{ID: "ent_1", Hash: hash, Seq: 42, Kind: "conversion", At: noon, BookedOn: noon, Command: 77, Reverses: "ent_0",
		Lines: []lineRow{{bank, account{"eur:backing:digital", ""}, m("50.00"), true, m("150.00"), m("150.00")}, {held, wallet, m("60.00"), false, m("160.00"), m("60.00")}}}
	command := commandRow{Number: 77, At: noon, By: doer{Number: "87654321"}, Action: "conversion.settle", Key: nasty, Ref: "cnv_1", Subjects: []string{"cmp_1"}}
	machine, program := command, command
	machine.By, program.By, program.Ref = doer{Job: true}, doer{}, ""
	wish := wishRow{ID: "cnv_1", Kind: "cnv_", Status: "settled", Number: "12345678", Reference: nasty, Bank: nasty, Reason: nasty, Amount: m("50.00"), Euros: true, At: noon}
	return []pagetest.Sample{
		seen("home", "home", "audit.title", 0, homeView{Head: ledger.Head{Seq: 42, Command: 77, At: noon, Hash: hash}, Checked: noon, Problem: nasty, Exports: true, Alerts: true}),
		seen("home unknown", "home", "audit.title", http.StatusNotFound, homeView{Asked: nasty, Head: ledger.Head{Hash: hash}}),
		seen("trace", "trace", "audit.trace", 0, traceView{Asked: nasty, Wishes: []wishRow{wish}, Commands: []commandRow{command, machine, program}, Entries: []entryRow{entry},
			Proofs: []proofRow{{Method: "passkey", Intent: "int_1", Digest: "e3b0", Signature: "3045", Amount: 1250, At: pagetest.Noon()}, {Method: "pin", Intent: "int_2", Digest: "e3b0", Problem: nasty, At: pagetest.Noon()}}}),
		seen("trace of a member", "trace", "audit.trace", 0, traceView{Asked: nasty, Member: "12345678"}),
		seen("journal", "journal", "tab.audit-journal", 0, journalView{Kind: "payment", From: nasty, Entries: []entryRow{entry}, Older: "/controle/journal?avant=41", Newer: "/controle/journal?apres=43"}),
		seen("journal empty", "journal", "tab.audit-journal", 0, journalView{Member: nasty, MemberBad: true}),
		seen("account", "journal", "tab.audit-journal", 0, journalView{Account: &wallet, Movements: []movementRow{{"/controle/ecritures/ent_1", 42, "payment", noon, bank, -m("12.50"), m("47.50")}}}),
		seen("entry", "entry", "audit.entry-page", 0, entryView{Entry: entry, Maker: command, Previous: hash, Computed: hash, Holds: true, Later: []entryRow{entry}}),
		seen("entry tampered", "entry", "audit.entry-page", 0, entryView{Entry: entry, Maker: command, Previous: hash, Computed: strings.Repeat("00", 32)}),
		seen("commands", "commands", "tab.audit-commands", 0, commandsView{Action: "payment.create", Rows: []commandRow{command, machine, program}, Older: "/controle/commandes?avant=7"}),
		seen("command", "command", "audit.command-page", 0, commandView{command, []entryRow{entry}}),
		seen("command without entry", "command", "audit.command-page", 0, commandView{Command: command}),
		seen("name", "name", "audit.name", 0, nameView{nasty, "12345678", "individual"}),
	}
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestAnEntryTellsWhetherItsHashHolds(t *testing.T) {
	for _, s := range samples() {
		said, _ := pagetest.Text(t, s, Room().Room)
		if s.Name == "entry" && (!strings.Contains(said, "Conforme") || strings.Contains(said, "Non conforme")) {
			t.Error(said)
		}
		if s.Name == "entry tampered" && !strings.Contains(said, "Non conforme") {
			t.Error(said)
		}
	}
}
