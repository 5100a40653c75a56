// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/asset"
)

// config is how one process runs. What treasurers decide is not here: it is
// data, changed by commands.
type config struct {
	File        string
	Data        string
	Database    string // a secret: its URL may hold a password
	Addr        string
	PrivateAddr string
	BaseURL     string
	Accent      string
	Proxies     string // servers in front: addresses and networks, parted by commas
	SMTP        string // a secret: its URL may hold a password
	MailFrom    string
	LogLevel    string
	Breached    string // a file of passwords that nobody may choose
	Card        string // who takes cards: stripe, helloasso, sandbox, or nobody
	// What the provider gave; those that are secrets are better given by _FILE.
	StripeKey, StripeHookKey                                      string
	HelloAsso, HelloAssoClient, HelloAssoSecret, HelloAssoHookKey string
	// An issuer of identities (OpenID Connect) that people can sign in with.
	OIDCIssuer, OIDCClient, OIDCSecret, OIDCName string

	sources map[string]string // where each setting was given, by its flag's name
}

// option is one setting: its flag, its place in config, its default and words.
// The environment name is NORIA_ and the flag in capitals, the file's key the
// flag with underscores; NORIA_…_FILE names a file that holds the value.
type option struct {
	flag, fallback, words string
	value                 *string
}

func (c *config) options() []option {
	return []option{
		{"data", "./noria-data", "data folder of the embedded book", &c.Data},
		{"database", "", "postgres:// URL of a book on a server, instead of the data folder; better given by NORIA_DATABASE_FILE", &c.Database},
		{"addr", "127.0.0.1:8080", "address of the public listener", &c.Addr},
		{"private-addr", "127.0.0.1:8081", "address of the private listener: /metrics and /readyz", &c.PrivateAddr},
		{"base-url", "", "public address of the service; http:// and the listener's address where empty", &c.BaseURL},
		{"trusted-proxies", "127.0.0.0/8,::1/128", "servers in front whose X-Forwarded-For is believed, networks parted by commas; none where empty", &c.Proxies},
		{"accent", "", "colour of the currency on pages, #rrggbb", &c.Accent},
		{"smtp", "", "mail server, smtp://user:password@host:587 or smtps://host; letters lie in the folder mail of the data folder where empty; better given by NORIA_SMTP_FILE", &c.SMTP},
		{"mail-from", "", "sender of letters; nobody at the host of the base URL where empty", &c.MailFrom},
		{"card", "", "who takes cards: stripe, helloasso, or sandbox to try without money; nobody where empty", &c.Card},
		{"stripe-key", "", "secret key at Stripe; better given by NORIA_STRIPE_KEY_FILE", &c.StripeKey},
		{"stripe-hook-key", "", "signing secret of the hook /v1/hooks/stripe; better given by NORIA_STRIPE_HOOK_KEY_FILE", &c.StripeHookKey},
		{"helloasso", "", "slug of the association at HelloAsso", &c.HelloAsso},
		{"helloasso-client", "", "id of the client of the API at HelloAsso", &c.HelloAssoClient},
		{"helloasso-secret", "", "secret of that client; better given by NORIA_HELLOASSO_SECRET_FILE", &c.HelloAssoSecret},
		{"helloasso-hook-key", "", "signing key of the hook /v1/hooks/helloasso; better given by NORIA_HELLOASSO_HOOK_KEY_FILE", &c.HelloAssoHookKey},
		{"oidc-issuer", "", "issuer of identities (OpenID Connect) that people can also sign in with, https://…; none where empty", &c.OIDCIssuer},
		{"oidc-client", "", "id of this service at the issuer, which sends people back to /connexion/identite/retour below the base URL", &c.OIDCClient},
		{"oidc-secret", "", "secret of that client, if it has one; better given by NORIA_OIDC_SECRET_FILE", &c.OIDCSecret},
		{"oidc-name", "", "what people call the issuer, on a button", &c.OIDCName},
		{"passwords-refused", "", "file of breached passwords, which nobody may choose: SHA-1 in capitals on each line, sorted, each with :count or none; not asked where empty", &c.Breached},
		{"log-level", "info", "debug, info, warn or error", &c.LogLevel},
	}
}

func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.File, "config", "", "configuration file, TOML")
	for _, o := range c.options() {
		f.StringVar(o.value, o.flag, o.fallback, o.words)
	}
}

func environment(flag string) string {
	return "NORIA_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// key is the name of a setting in a configuration file.
func (o option) key() string { return strings.ReplaceAll(o.flag, "-", "_") }

// byDefault is the source of a setting that was given nowhere.
const byDefault = "default"

// given says whether somebody gave a setting, wherever that was.
func (c *config) given(flag string) bool { return c.sources[flag] != byDefault }

// load settles every option: flag over environment over file over default. Its
// errors name the setting and where it was given.
func (c *config) load(f *pflag.FlagSet) error {
	if c.File == "" {
		c.File = os.Getenv("NORIA_CONFIG")
	}
	file := make(map[string]string)
	if c.File != "" {
		if _, err := toml.DecodeFile(c.File, &file); err != nil {
			return fmt.Errorf("configuration file %s: %w", c.File, err)
		}
	}
	c.sources = make(map[string]string)
	for _, o := range c.options() {
		source, err := o.settle(f, file, c.File)
		if err != nil {
			return err
		}
		c.sources[o.flag] = source
		delete(file, o.key())
	}
	if unknown := slices.Sorted(maps.Keys(file)); len(unknown) > 0 {
		return fmt.Errorf("configuration file %s: there is no setting %q", c.File, unknown[0])
	}
	return c.check()
}

// settle reads one setting and returns where it was given.
func (o option) settle(f *pflag.FlagSet, file map[string]string, path string) (string, error) {
	if f.Changed(o.flag) {
		return "--" + o.flag, nil
	}
	name := environment(o.flag)
	if v, ok := os.LookupEnv(name); ok {
		*o.value = v
		return name, nil
	}
	if secret, ok := os.LookupEnv(name + "_FILE"); ok {
		content, err := os.ReadFile(secret)
		if err != nil {
			return "", fmt.Errorf("%s_FILE: %w", name, err)
		}
		*o.value = strings.TrimSpace(string(content))
		return name + "_FILE", nil
	}
	if v, ok := file[o.key()]; ok {
		*o.value = v
		return path, nil
	}
	return byDefault, nil
}

// check returns the first setting whose value cannot be used.
func (c *config) check() error {
	for _, o := range c.options() {
		if want := c.wanted(o); want != "" {
			return fmt.Errorf("%s = %q (from %s): want %s", o.flag, c.shown(o), c.sources[o.flag], want)
		}
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	return nil
}

// wanted says what a setting should look like where it does not, "" where it
// does.
func (c *config) wanted(o option) string {
	switch v := *o.value; o.value {
	case &c.Data:
		if v == "" {
			return "a folder"
		}
	case &c.Database:
		if u, err := url.Parse(v); v != "" && (err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql")) {
			return "postgres://user:password@host:port/database"
		}
	case &c.Addr, &c.PrivateAddr:
		if _, _, err := net.SplitHostPort(v); err != nil {
			return "host:port"
		}
	case &c.BaseURL:
		u, err := url.Parse(v)
		if v != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
			return "http(s)://host without a path"
		}
	case &c.Proxies:
		if _, err := c.proxies(); err != nil {
			return "networks such as 10.0.0.0/8 or addresses, parted by commas"
		}
	case &c.Accent:
		if _, err := asset.ThemeCSS(v); err != nil {
			return "#rrggbb"
		}
	case &c.SMTP:
		if _, err := mail.NewSMTP(v, ""); v != "" && err != nil {
			return "smtp://user:password@host:port or smtps://host"
		}
	case &c.MailFrom:
		if _, err := mail.Address(v); v != "" && err != nil {
			return "an e-mail address"
		}
	case &c.Card:
		return c.wantedOfCard()
	case &c.OIDCIssuer:
		return c.wantedOfIssuer()
	case &c.LogLevel:
		if new(slog.Level).UnmarshalText([]byte(v)) != nil {
			return "debug, info, warn or error"
		}
	}
	return ""
}

// shown is a setting as people and logs may see it.
func (c *config) shown(o option) string {
	if o.value == &c.Database || o.value == &c.SMTP {
		return masked(*o.value)
	}
	if o.secret(c) && *o.value != "" {
		return "***"
	}
	return *o.value
}

// masked returns a server's URL without its secrets, and nothing of what
// cannot be read as one.
func masked(database string) string {
	if database == "" {
		return ""
	}
	u, err := url.Parse(database)
	if err != nil || u.Opaque != "" || u.Host == "" && u.User == nil && u.RawQuery == "" {
		return "***"
	}
	query := u.Query()
	for _, name := range []string{"password", "sslpassword", "passfile"} {
		if query.Has(name) {
			query.Set(name, "xxxxx")
		}
	}
	u.RawQuery, u.Fragment, u.RawFragment = query.Encode(), "", ""
	return u.Redacted()
}

// book says which book the configuration names: the one on the server where
// there is a database, else the one in the data folder.
func (c *config) book(log *slog.Logger) db.Config {
	return db.Config{Data: c.Data, Database: c.Database, Log: log}
}

// place is the book's place in words, without secrets.
func (c *config) place() string {
	if c.Database != "" {
		return masked(c.Database)
	}
	return c.Data
}

// logger writes JSON lines to standard error, without personal data: ids only.
func (c *config) logger() *slog.Logger { return c.lines(os.Stderr) }

// lines writes JSON lines whose instants are UTC, wherever the machine stands.
func (c *config) lines(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	universal := func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: universal}))
}

func configCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "config", Short: "Print the configuration in force and where each setting can be given", Args: cobra.NoArgs,
		Long: "Config prints each setting as a line of a configuration file, with where its value was given. A flag goes\n" +
			"before the environment, the environment before the file. NORIA_…_FILE names a file that holds the value. A\n" +
			"password is not shown.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, o := range cfg.options() {
				fmt.Fprintf(cmd.OutOrStdout(), "%s = %q  # from %s; --%s or %s: %s\n", o.key(), cfg.shown(o),
					cfg.sources[o.flag], o.flag, environment(o.flag), o.words)
			}
			return nil
		},
	}
}
