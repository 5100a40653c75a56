// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// guard is a shell that owns a server and its folder. It waits on a pipe that
// only this process holds open: the kernel closes that when the process ends,
// even killed, and the shell then stops the server and deletes the folder.
type guard struct {
	folder  string
	pipe    io.Closer
	command *exec.Cmd
}

// startGuard makes a folder in another, or where temporary files go, and runs
// script there, with $1 the folder and $2 … the arguments. The script starts its
// server, says ready, waits for the end of its input, and cleans up.
func startGuard(parent, script string, arguments ...string) (*guard, error) {
	folder, err := os.MkdirTemp(parent, "noria-server-")
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err == nil && owner != nil {
		err = os.Chown(folder, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	command := exec.Command("sh", append([]string{"-c", script, "sh", folder}, arguments...)...)
	command.Dir = "/"
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LC_ALL=C"}
	// A session of its own: what interrupts the tests must not interrupt the shell.
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner}
	input, err := command.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := command.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	g := &guard{folder, input, command}
	if line, err := bufio.NewReader(output).ReadString('\n'); err != nil || line != "ready\n" {
		log, _ := os.ReadFile(filepath.Join(folder, "log"))
		return nil, errors.Join(fmt.Errorf("the server did not start: %s", strings.TrimSpace(string(log))), g.stop())
	}
	return g, nil
}

// stop ends the server and returns when its folder is gone.
func (g *guard) stop() error {
	return errors.Join(g.pipe.Close(), g.command.Wait())
}

// run runs a program as the user that owns the server.
func (g *guard) run(name string, arguments ...string) error {
	owner, err := unprivileged()
	if err != nil {
		return err
	}
	command := exec.Command(name, arguments...)
	command.Dir, command.Env = "/", []string{"LC_ALL=C"}
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner}
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(command.Args, " "), err)
	}
	return nil
}

// memory returns a folder that is kept in memory and has room for a cluster of
// small databases, each of which is hundreds of files; empty where there is none.
func memory() string {
	const folder, room = "/dev/shm", 2 << 30
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil || uint64(s.Bavail)*uint64(s.Bsize) < room {
		return ""
	}
	return folder
}

// unprivileged returns who runs a server: this process's user, or where that is
// root, which PostgreSQL refuses, the user postgres or nobody.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// freePort returns a port of the loopback that nobody listened on just now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
