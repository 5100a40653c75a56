// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestAKilledClusterKeepsWhatWasCommitted(t *testing.T) {
	c := StartCluster(t)
	handle, err := sql.Open("pgx", c.URL("noria"))
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	for _, s := range []string{"CREATE TABLE kept (n BIGINT)", "INSERT INTO kept VALUES (7)"} {
		if _, err := handle.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	c.Kill()
	if err := handle.PingContext(t.Context()); err == nil {
		t.Error("a killed server answered")
	}
	c.Start()
	var n int
	if err := handle.QueryRowContext(t.Context(), "SELECT n FROM kept").Scan(&n); err != nil || n != 7 {
		t.Errorf("after the start: %d, %v", n, err)
	}
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	for range 2 {
		handle, err := sql.Open("pgx", PostgresURL(t))
		if err != nil {
			t.Fatal(err)
		}
		var names int
		if err := handle.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM jobs").Scan(&names); err != nil || names != 0 {
			t.Errorf("%d jobs in a new database, %v", names, err)
		}
		if _, err := handle.ExecContext(t.Context(), "INSERT INTO jobs VALUES ('seen', 0, NULL, 0, 0, 0, 'never', '')"); err != nil {
			t.Error(err)
		}
		handle.Close()
	}
}

// TestNoServerOutlivesAKilledProcess runs itself in a process that is killed
// with its server running.
func TestNoServerOutlivesAKilledProcess(t *testing.T) {
	const marker = "NORIA_DBTEST_CHILD"
	if os.Getenv(marker) != "" {
		c, err := postgres()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("folder " + c.guard.folder)
		io.Copy(io.Discard, os.Stdin)
		return
	}
	if _, ok := postgresPrograms(); !ok {
		t.Skip(noPostgres)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestNoServerOutlivesAKilledProcess$")
	child.Env = append(os.Environ(), marker+"=1")
	input, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	folder, ok := strings.CutPrefix(strings.TrimSpace(line), "folder ")
	child.Process.Kill()
	child.Wait()
	if err != nil || !ok {
		t.Fatalf("the child said %q, %v", line, err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(time.Minute); ; {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s is still there", folder)
		}
	}
}
