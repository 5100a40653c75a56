// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

// load settles every option: flag over environment over file over default. It
// names the setting and its source where a value is wrong.
func (c *config) load(f *pflag.FlagSet) error {
	if c.File == "" {
		c.File = os.Getenv("NORIA_CONFIG")
	}
	file := make(map[string]string)
	if c.File != "" {
		if _, err := toml.DecodeFile(c.File, &file); err != nil {
			return fmt.Errorf("configuration file: %w", err)
		}
	}
	known := make(map[string]bool)
	for _, o := range c.options() {
		key := strings.ReplaceAll(o.flag, "-", "_")
		known[key] = true
		if f.Changed(o.flag) {
			continue
		}
		name := environment(o.flag)
		if v, ok := os.LookupEnv(name); ok {
			*o.value = v
		} else if path, ok := os.LookupEnv(name + "_FILE"); ok {
			content, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("%s_FILE: %w", name, err)
			}
			*o.value = strings.TrimSpace(string(content))
		} else if v, ok := file[key]; ok {
			*o.value = v
		}
	}
	for key := range file {
		if !known[key] {
			return fmt.Errorf("configuration file %s: there is no setting %q", c.File, key)
		}
	}
	return c.check()
}

func (c *config) check() error {
	for name, addr := range map[string]string{"addr": c.Addr, "private-addr": c.PrivateAddr} {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return fmt.Errorf("%s %q: want host:port", name, addr)
		}
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
			return fmt.Errorf("base-url %q: want http(s)://host without a path", c.BaseURL)
		}
		c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return fmt.Errorf("log-level %q: want debug, info, warn or error", c.LogLevel)
	}
	return nil
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, o := range cfg.options() {
				fmt.Fprintf(cmd.OutOrStdout(), "%s = %q  # --%s, %s: %s\n", strings.ReplaceAll(o.flag, "-", "_"), *o.value,
					o.flag, environment(o.flag), o.words)
			}
			return nil
		},
	}
}
