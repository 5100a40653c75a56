// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take before a test gives it up. It is no
// measure of speed.
const patience = 3 * time.Minute

// workshop is the folder that the binary under test is built in.
var workshop string

// binary builds the command once, as it is shipped: static, without the race
// detector, whatever the tests themselves run with.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "noria")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "noria-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(workshop)
	os.Exit(code)
}

// command prepares the binary with an empty working folder of its own, and an
// environment that holds no setting but those given as NAME=value.
func command(t *testing.T, ctx context.Context, settings []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Dir = t.TempDir()
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "NORIA_") {
			c.Env = append(c.Env, e)
		}
	}
	c.Env = append(c.Env, settings...)
	return c
}

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// noria runs a command to its end.
func noria(t *testing.T, args ...string) result {
	t.Helper()
	return noriaWith(t, nil, args...)
}

// noriaWith runs a command to its end with settings of the environment.
func noriaWith(t *testing.T, settings []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := command(t, ctx, settings, args...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("noria %s: %v", strings.Join(args, " "), err)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// done runs a command that must succeed and returns what it printed.
func done(t *testing.T, args ...string) string {
	t.Helper()
	r := noria(t, args...)
	if r.code != 0 {
		t.Fatalf("noria %s: exit %d\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r.stdout
}

// process is a server that a test started, and ends.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	lines  chan string // of standard output
	heard  chan string // of standard error
	exited chan struct{}

	mu     sync.Mutex
	stdout []string
	stderr []string
}

// start starts a server. It is killed when the test ends, if it still runs.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: command(t, context.WithoutCancel(t.Context()), nil, args...),
		lines: make(chan string, 100), heard: make(chan string, 100), exited: make(chan struct{})}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { p.listen(stdout, &p.stdout, p.lines) })
	reading.Go(func() { p.listen(stderr, &p.stderr, p.heard) })
	go func() {
		reading.Wait()
		p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(p.kill)
	return p
}

// listen keeps every line and passes on those that somebody may wait for.
func (p *process) listen(r io.Reader, kept *[]string, passed chan<- string) {
	defer close(passed)
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		p.mu.Lock()
		*kept = append(*kept, s.Text())
		p.mu.Unlock()
		select {
		case passed <- s.Text():
		default:
		}
	}
}

// said returns what the server has printed so far.
func (p *process) said() (stdout, stderr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.stdout, "\n"), strings.Join(p.stderr, "\n")
}

// await returns the groups of the first line that matches.
func (p *process) await(lines <-chan string, pattern string) []string {
	p.t.Helper()
	matches := regexp.MustCompile(pattern)
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case line, ok := <-lines:
			if found := matches.FindStringSubmatch(line); ok && found != nil {
				return found
			}
			if !ok {
				out, err := p.said()
				p.t.Fatalf("the server ended before it said %q:\n%s\n%s", pattern, out, err)
			}
		case <-limit.C:
			out, err := p.said()
			p.t.Fatalf("the server never said %q:\n%s\n%s", pattern, out, err)
		}
	}
}

// stop asks the server to end, as an operator does, and returns its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatal("the server does not end")
	}
	return p.cmd.ProcessState.ExitCode()
}

// kill ends the server at once, as kill -9 does, and waits until it is gone.
func (p *process) kill() {
	p.cmd.Process.Kill() // fails where it has ended
	<-p.exited
}

// serve starts "noria serve" on free ports and returns it with its addresses.
func serve(t *testing.T, args ...string) (p *process, public, private string) {
	t.Helper()
	p = start(t, append([]string{"serve", "--addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0"}, args...)...)
	found := p.await(p.heard, `^noria serves \S+, listening on (\S+) \(private: (http://\S+)\)$`)
	return p, "http://" + found[1], found[2]
}
