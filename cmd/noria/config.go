// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
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

	"github.com/noria-mlc/noria/web/asset"
)

// config is how one process runs. What treasurers decide is not here: it is
// data, changed by commands.
type config struct {
	File        string
	Data        string
	Addr        string
	PrivateAddr string
	BaseURL     string
	Accent      string
	LogLevel    string

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
		{"addr", "127.0.0.1:8080", "address of the public listener", &c.Addr},
		{"private-addr", "127.0.0.1:8081", "address of the private listener: /metrics and /readyz", &c.PrivateAddr},
		{"base-url", "", "public address of the service; http:// and the listener's address where empty", &c.BaseURL},
		{"accent", "", "colour of the currency on pages, #rrggbb", &c.Accent},
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
			return fmt.Errorf("%s = %q (from %s): want %s", o.flag, *o.value, c.sources[o.flag], want)
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
	case &c.Addr, &c.PrivateAddr:
		if _, _, err := net.SplitHostPort(v); err != nil {
			return "host:port"
		}
	case &c.BaseURL:
		u, err := url.Parse(v)
		if v != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
			return "http(s)://host without a path"
		}
	case &c.Accent:
		if _, err := asset.ThemeCSS(v); err != nil {
			return "#rrggbb"
		}
	case &c.LogLevel:
		if new(slog.Level).UnmarshalText([]byte(v)) != nil {
			return "debug, info, warn or error"
		}
	}
	return ""
}

// logger writes JSON lines to standard error, without personal data: ids only.
func (c *config) logger() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

func configCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use: "config", Short: "Print the configuration in force and where each setting can be given", Args: cobra.NoArgs,
		Long: "Config prints each setting as a line of a configuration file, with where its value was given. A flag goes\n" +
			"before the environment, the environment before the file. NORIA_…_FILE names a file that holds the value.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, o := range cfg.options() {
				fmt.Fprintf(cmd.OutOrStdout(), "%s = %q  # from %s; --%s or %s: %s\n", o.key(), *o.value,
					cfg.sources[o.flag], o.flag, environment(o.flag), o.words)
			}
			return nil
		},
	}
}
