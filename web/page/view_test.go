// SPDX-License-Identifier: AGPL-3.0-or-later

package page_test

import (
	"errors"
	"html"
	"math"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// text is what a page says, without its tags, with single spaces.
func text(markup string) string {
	bare := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(markup, " ")
	return strings.Join(strings.Fields(html.UnescapeString(bare)), " ")
}

func TestCoverageIsNeverRoundedUp(t *testing.T) {
	cases := []struct {
		circulation, gap money.Amount
		want, state      string
	}{
		{100_000_000, 1, "99,99\u00a0%", "short"},
		{100_000_000, 0, "100,00\u00a0%", "covered"},
		{100_000_000, -1, "100,00\u00a0%", "covered"},
		{3, -1, "133,33\u00a0%", "covered"},
		{1, 2, "−100,00\u00a0%", "short"},
		{3, 4, "−33,34\u00a0%", "short"},
		{0, 0, "—", "empty"},
		{0, 5, "—", "short"},
		{math.MaxInt64 / 4, -1, "100,00\u00a0%", "covered"},
	}
	french, err := locale.NewSpeech("fr")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		p := page.FundPool{Circulation: c.circulation, Backing: c.circulation, Gap: c.gap}
		if p.Coverage(french) != c.want || p.State() != c.state {
			t.Errorf("circulation %d, gap %d: %q and %q, want %q and %q", int64(c.circulation), int64(c.gap), p.Coverage(french), p.State(), c.want, c.state)
		}
	}
	beside := page.FundPool{Circulation: 1000, Backing: 1000, Gap: 1, Surplus: 500}
	if beside.Cover() != 999 || beside.Over() != 500 || beside.Coverage(french) != "99,90\u00a0%" || beside.State() != "short" {
		t.Errorf("a gap beside another pool's surplus: cover %d, over %d, %s, %s", int64(beside.Cover()), int64(beside.Over()), beside.Coverage(french), beside.State())
	}
	owed := page.FundPool{Circulation: 1000, Backing: 1000, Gap: 300, FunderReceivable: 200, MemberReceivable: 50}
	if got := owed.Coverage(french) + " " + owed.With().Coverage(french); got != "70,00\u00a0% 95,00\u00a0%" {
		t.Errorf("G4: without and with what is owed: %s", got)
	}
	paid := page.FundPool{Circulation: 1000, Backing: 1000, Gap: 100, FunderReceivable: 250}
	if got := paid.With().Coverage(french); got != "100,00\u00a0%" {
		t.Errorf("G4: what is owed above the gap covers %s", got)
	}
	half := page.FundPool{Circulation: 200, Backing: 200, Gap: 100}
	if half.CirculationWidth() != "100.00%" || half.CoverWidth() != "50.00%" {
		t.Errorf("the bars of half a cover are %s and %s", half.CirculationWidth(), half.CoverWidth())
	}
	double := page.FundPool{Circulation: 100, Backing: 100, Gap: -100}
	if double.CirculationWidth() != "50.00%" || double.CoverWidth() != "100.00%" {
		t.Errorf("the bars of a double cover are %s and %s", double.CirculationWidth(), double.CoverWidth())
	}
}

func TestFaultSaysWhetherMoneyMoved(t *testing.T) {
	r, _ := mustRenderer(t)
	cases := []struct {
		view   page.FaultView
		status int
		words  []string
	}{
		{page.FaultView{}, 500, []string{"Le service a rencontré une erreur", "On vérifie."}},
		{page.FaultView{Status: 404, Moved: page.MovedNo}, 404, []string{"Cette page n’existe pas", "Non. Aucun montant n’a été débité."}},
		{page.FaultView{Status: 409, Code: "request-already-paid", Moved: page.MovedYes}, 409, []string{"Cette demande est déjà payée", "Oui. Le montant a été débité. Ne recommencez pas."}},
		{page.FaultView{Status: 403, Code: "never-heard-of", Moved: page.MovedNo}, 403, []string{"Vous n’avez pas le droit de faire cela"}},
		{page.FaultView{Status: 503, Trace: "4bf92f35"}, 503, []string{"momentanément indisponible", "Référence à donner à l’association : 4bf92f35"}},
		{page.FaultView{Status: 409, Code: "insufficient-funds", Title: "Autre titre", Moved: page.MovedNo}, 409, []string{"Autre titre", "Changez des euros"}},
	}
	for _, c := range cases {
		recorder := httptest.NewRecorder()
		if err := r.Fault(recorder, c.view); err != nil {
			t.Fatal(err)
		}
		got := text(recorder.Body.String())
		if recorder.Code != c.status {
			t.Errorf("%+v: status %d, want %d", c.view, recorder.Code, c.status)
		}
		for _, words := range c.words {
			if !strings.Contains(got, words) {
				t.Errorf("%+v does not say %q; it says %q", c.view, words, got)
			}
		}
	}
}

func TestReturnPathStaysInside(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/payer/prq_1": "/payer/prq_1", "/caisse?x=1": "/caisse?x=1",
		"": "/", "payer": "/", "https://ailleurs.example/": "/", "//ailleurs.example": "/", `/\ailleurs.example`: "/", "/\t/ailleurs.example": "/",
		"/\r\nSet-Cookie: a": "/", "javascript:alert(1)": "/", " /payer": "/",
	} {
		if got := page.ReturnPath(path); got != want {
			t.Errorf("ReturnPath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	set, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	whole := page.Currency{Name: "La Roue", Unit: "Roue", UnitPlural: "Roues"}
	for _, c := range []page.Currency{{}, {Name: "La Roue", Unit: "Roue"}, {Unit: "Roue", UnitPlural: "Roues"}} {
		if _, err := page.New(set, c); !errors.Is(err, page.ErrCurrency) {
			t.Errorf("%+v: %v, want ErrCurrency", c, err)
		}
	}
	coloured := whole
	coloured.Accent = "red;}"
	if _, err := page.New(set, coloured); !errors.Is(err, asset.ErrColour) {
		t.Errorf("a bad colour: %v, want ErrColour", err)
	}
}

func TestTwoCurrenciesKeepTheirColours(t *testing.T) {
	set, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	sheet := regexp.MustCompile(`/asset/theme-[0-9a-f]{16}\.css`)
	var sheets []string
	var first *page.Renderer
	for _, accent := range []string{"#7a1f5c", "#f2b705"} {
		r, err := page.New(set, page.Currency{Name: "M " + accent, Unit: "U", UnitPlural: "U", Accent: accent})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r
		}
		sheets = append(sheets, sheet.FindString(answer(t, r, find(t, "fault")).Body.String()))
	}
	if sheets[0] == "" || sheets[0] == sheets[1] {
		t.Errorf("the sheets of two currencies are %q", sheets)
	}
	if again := sheet.FindString(answer(t, first, find(t, "fault")).Body.String()); again != sheets[0] {
		t.Errorf("the first currency now asks for %q, before for %q", again, sheets[0])
	}
}

// TestGroupsKeepTheOrderOfTheirPages: a group leads to its first page and is shown
// as open where one of its pages is; a room without groups has none.
func TestGroupsKeepTheOrderOfTheirPages(t *testing.T) {
	got := page.Sheet{Tabs: []page.Tab{{Key: "a", Path: "/a", Group: "one"}, {Key: "b", Path: "/b", Group: "two"}, {Key: "c", Path: "/c", Group: "one", Here: true}}}.Groups()
	if len(got) != 2 || got[0].Key != "one" || got[1].Key != "two" {
		t.Fatalf("%+v", got)
	}
	if !got[0].Here || got[0].Path != "/a" || len(got[0].Tabs) != 2 || got[1].Here || got[1].Path != "/b" {
		t.Errorf("%+v", got)
	}
	if plain := (page.Sheet{Tabs: []page.Tab{{Key: "a", Path: "/a"}}}).Groups(); plain != nil {
		t.Errorf("a room without groups has %+v", plain)
	}
}
