// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	var bill bool
	cmd := &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if bill {
				return writeBill(cmd.OutOrStdout())
			}
			fmt.Fprintf(cmd.OutOrStdout(), "noria %s %s\n", version, revision())
			return nil
		},
	}
	cmd.Flags().BoolVar(&bill, "sbom", false, "print every module of this program, as CycloneDX JSON")
	return cmd
}

// revision is the commit the program was built from, where the build knew it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return info.GoVersion
}

// part is a component of a bill of materials.
type part struct {
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	URL        string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// writeBill writes the bill of materials of this very program (ASVS 15.1.2): the
// modules it was linked from, which the build wrote into it, with the sums by
// which the toolchain knows them.
func writeBill(w io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this program does not say what it was built from")
	}
	components := []part{{Type: "platform", Name: "go", Version: info.GoVersion}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		components = append(components, part{"library", m.Path, m.Version, "pkg:golang/" + m.Path + "@" + m.Version,
			[]property{{"go:sum", m.Sum}}})
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(struct {
		Format   string          `json:"bomFormat"`
		Spec     string          `json:"specVersion"`
		Version  int             `json:"version"`
		Metadata map[string]part `json:"metadata"`
		Parts    []part          `json:"components"`
	}{"CycloneDX", "1.6", 1, map[string]part{"component": {Type: "application", Name: "noria", Version: version + " " + revision()}}, components})
}
