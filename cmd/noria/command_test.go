// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	empty, list := t.TempDir(), filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(list, []byte("password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string // on standard error, or on standard output where the code is 0
	}{
		{"version", 0, "noria dev "},
		{"help", 0, "monnaie locale"},
		{"", 0, "Available Commands"},
		{"export", 0, "hledger"},
		{"job", 0, "run"},
		{"config", 0, "private_addr = "},
		{"frobnicate", 2, `"frobnicate"`},
		{"export frobnicate", 2, `"frobnicate"`},
		{"version now", 2, "now"},
		{"serve --frobnicate", 2, "--frobnicate"},
		{"serve --addr", 2, "--addr"},
		{"job run", 2, "arg"},
		{"fund --at yesterday", 2, "--at"},
		{"config --trusted-proxies 10.0.0.0/33", 2, "want networks"},
		{"config --trusted-proxies 0.0.0.0/0", 2, "want networks"},
		{"config --trusted-proxies 10.1.2.3,fd00::/8", 0, "trusted_proxies = \"10.1.2.3,fd00::/8\""},
		{"config --oidc-issuer http://sso.example", 2, "want https://host"},
		{"config --oidc-issuer https://sso.example", 2, "oidc-client and oidc-name"},
		{"config --oidc-issuer https://sso.example --oidc-client noria --oidc-secret hush --oidc-name SSO", 0, "oidc_secret = \"***\""},
		{"bench --wallets 1", 2, "two wallets"},
		{"bench --duration 0s", 2, "durations"},
		{"bench --duration soon", 2, "soon"},
		{"serve --addr 0.0.0.0:0 --private-addr 127.0.0.1:0 --data " + empty, 1, "in clear"},
		{"serve --addr :0 --private-addr 127.0.0.1:0 --base-url http://roue.example --data " + empty, 1, "in clear"},
		{"serve --passwords-refused /nowhere/list --addr 127.0.0.1:0 --private-addr 127.0.0.1:0 --data " + empty, 1, "/nowhere/list"},
		{"serve --passwords-refused " + list + " --addr 127.0.0.1:0 --private-addr 127.0.0.1:0 --data " + empty, 1, "want one SHA-1"},
		{"fund --data " + empty, 1, "no book"},
		{"verify --data " + empty, 1, "no book"},
		{"export hledger --data " + empty, 1, "no book"},
		{"job run frobnicate --data " + filepath.Join(empty, "jobs"), 1, "job"},
	} {
		r := noria(t, strings.Fields(c.args)...)
		said := r.stderr
		if c.code == 0 {
			said = r.stdout
		}
		if r.code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("noria %s: exit %d, want %d:\n%s%s", c.args, r.code, c.code, r.stdout, r.stderr)
		}
		if c.code == 2 && (r.stdout != "" || !strings.Contains(r.stderr, "noria --help")) {
			t.Errorf("noria %s does not say where help is:\n%s%s", c.args, r.stdout, r.stderr)
		}
	}
	if left, err := filepath.Glob(filepath.Join(empty, "*.db")); err != nil || len(left) > 0 {
		t.Errorf("reading a folder without a book left %v in it", left)
	}
}

// setting returns the line of a setting in what "noria config" prints.
func setting(t *testing.T, r result, name string) string {
	t.Helper()
	for line := range strings.Lines(r.stdout) {
		if strings.HasPrefix(line, name+" = ") {
			return line
		}
	}
	t.Fatalf("no %s: %+v", name, r)
	return ""
}

// TestConfigurationPrecedence: flag over environment over file over default.
func TestConfigurationPrecedence(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write("noria.toml", "addr = \"127.0.0.1:1\"\nprivate_addr = \"127.0.0.1:2\"\nlog_level = \"warn\"\naccent = \"#112233\"\n")
	secret := write("secret", "127.0.0.1:4\n")
	env := []string{"NORIA_CONFIG=" + file, "NORIA_PRIVATE_ADDR=127.0.0.1:3", "NORIA_LOG_LEVEL=error", "NORIA_ADDR_FILE=" + secret}
	for _, c := range []struct {
		env                []string
		args               string
		name, value, where string
	}{
		{nil, "", "addr", "127.0.0.1:8080", "default"},
		{nil, "--config " + file, "addr", "127.0.0.1:1", file},
		{env[:1], "", "addr", "127.0.0.1:1", file},
		{env, "", "accent", "#112233", file},
		{env, "", "addr", "127.0.0.1:4", "NORIA_ADDR_FILE"},
		{env, "", "private_addr", "127.0.0.1:3", "NORIA_PRIVATE_ADDR"},
		{env, "", "log_level", "error", "NORIA_LOG_LEVEL"},
		{env, "--log-level debug", "log_level", "debug", "--log-level"},
		{env, "--addr 127.0.0.1:5", "addr", "127.0.0.1:5", "--addr"},
		{[]string{"NORIA_ADDR=127.0.0.1:6", "NORIA_ADDR_FILE=" + secret}, "", "addr", "127.0.0.1:6", "NORIA_ADDR;"},
		{[]string{"NORIA_BASE_URL=https://roue.example/"}, "", "base_url", "https://roue.example", "NORIA_BASE_URL"},
		{nil, "", "data", "./noria-data", "default"},
	} {
		r := noriaWith(t, c.env, append([]string{"config"}, strings.Fields(c.args)...)...)
		line := setting(t, r, c.name)
		if !strings.HasPrefix(line, c.name+` = "`+c.value+`" `) || !strings.Contains(line, "from "+c.where) {
			t.Errorf("%v %s: %swant %s from %s", c.env, c.args, line, c.value, c.where)
		}
	}
}

// TestWrongSettingsAreNamed: a value that cannot be used is refused before
// anything begins, with its name and where it came from.
func TestWrongSettingsAreNamed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	unknown, wrong, broken := filepath.Join(folder, "unknown.toml"), filepath.Join(folder, "wrong.toml"), filepath.Join(folder, "broken.toml")
	err := errors.Join(os.WriteFile(unknown, []byte("adress = \"127.0.0.1:1\"\n"), 0o600),
		os.WriteFile(wrong, []byte("accent = \"red\"\n"), 0o600), os.WriteFile(broken, []byte("addr: 127.0.0.1\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		env, args string
		says      []string
	}{
		{"", "--addr nowhere", []string{"addr", "nowhere", "--addr"}},
		{"NORIA_ADDR=nowhere", "", []string{"addr", "nowhere", "NORIA_ADDR"}},
		{"NORIA_PRIVATE_ADDR=nowhere", "", []string{"private-addr", "NORIA_PRIVATE_ADDR"}},
		{"NORIA_BASE_URL=ftp://x", "", []string{"base-url", "NORIA_BASE_URL"}},
		{"NORIA_BASE_URL=https://x/path", "", []string{"base-url", "without a path"}},
		{"NORIA_LOG_LEVEL=loud", "", []string{"log-level", "loud"}},
		{"", "--data=", []string{"data", "a folder"}},
		{"NORIA_ADDR_FILE=" + folder + "/none", "", []string{"NORIA_ADDR_FILE", "none"}},
		{"", "--config " + unknown, []string{unknown, `"adress"`}},
		{"NORIA_CONFIG=" + unknown, "", []string{unknown, `"adress"`}},
		{"", "--config " + wrong, []string{"accent", "red", wrong, "#rrggbb"}},
		{"", "--config " + broken, []string{broken}},
		{"", "--config " + folder + "/none.toml", []string{"none.toml"}},
	} {
		r := noriaWith(t, []string{c.env}, append([]string{"serve"}, strings.Fields(c.args)...)...)
		for _, what := range c.says {
			if r.code != 2 || !strings.Contains(r.stderr, what) {
				t.Errorf("%s serve %s: exit %d, want 2 and %q:\n%s", c.env, c.args, r.code, what, r.stderr)
			}
		}
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new", "folder")
	first := done(t, "migrate", "--data", folder)
	if !strings.HasPrefix(first, "schema version ") || done(t, "migrate", "--data", folder) != first {
		t.Errorf("migrate says %q", first)
	}
	if out := done(t, "verify", "--data", folder); !strings.HasPrefix(out, "0 entries") {
		t.Errorf("the empty book: %s", out)
	}
	done(t, "job", "run", "verify", "--data", folder)
}

// TestVerifyFindsTampering changes copies of a book behind the program's back,
// as somebody with the file could.
func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	original := filepath.Join(t.TempDir(), "book")
	p, _ := demo(t, "--data", original)
	p.stop()
	for name, c := range map[string]struct {
		statements []string
		says       string
	}{
		"an amount":        {[]string{`DROP TRIGGER postings_are_final`, `UPDATE postings SET amount = amount + 100 WHERE id = 3`}, "ledger: "},
		"an entry removed": {[]string{`DROP TRIGGER entries_stay`, `DELETE FROM entries WHERE seq = 21`}, "ledger: "},
		"who did it":       {[]string{`DROP TRIGGER commands_are_final`, `UPDATE commands SET actor = zeroblob(16) WHERE seq = (SELECT MAX(command) FROM entries)`}, "ledger: "},
		"a bonus":          {[]string{`UPDATE campaigns SET granted = granted + 1`}, "campaigns: "},
		"a conversion":     {[]string{`UPDATE conversions SET euros = euros + 1 WHERE bonus = 200`}, "conversions: "},
		"a redemption":     {[]string{`UPDATE redemptions SET fee = fee - 1`}, "redemptions: "},
		"an indemnity":     {[]string{`UPDATE payout_lines SET amount = amount + 1 WHERE n = 1`}, "payouts: "},
		"nothing":          {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(folder, os.DirFS(original)); err != nil {
				t.Fatal(err)
			}
			tamper(t, folder, c.statements)
			r := noria(t, "verify", "--data", folder)
			if c.says == "" {
				if r.code != 0 || !strings.Contains(r.stdout, "no difference") {
					t.Errorf("a book left alone: %+v", r)
				}
				return
			}
			if r.code != 1 || r.stdout != "" || !strings.HasPrefix(r.stderr, "noria: "+c.says) || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// tamper runs statements on a book that nobody has open.
func tamper(t *testing.T, folder string, statements []string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Data: folder})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := errors.Join(conn.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestTheBillOfMaterialsNamesEveryModule compares the program's own bill with
// what the toolchain reads in its file.
func TestTheBillOfMaterialsNamesEveryModule(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		Format string `json:"bomFormat"`
		Parts  []struct {
			Name, Version, PURL string
			Properties          []struct{ Value string }
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(noria(t, "version", "--sbom").stdout), &bill); err != nil {
		t.Fatal(err)
	}
	said := make(map[string]bool)
	for _, p := range bill.Parts {
		for _, sum := range p.Properties {
			said[p.PURL+" "+sum.Value] = true
		}
	}
	for _, m := range info.Deps {
		if want := "pkg:golang/" + m.Path + "@" + m.Version + " " + m.Sum; !said[want] {
			t.Errorf("%s is not in the bill", want)
		}
	}
	if bill.Format != "CycloneDX" || len(info.Deps) == 0 {
		t.Errorf("a bill of %q for %d modules", bill.Format, len(info.Deps))
	}
}
