// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// compose makes the message of an envelope.
func compose(from string, e Envelope) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(e.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.SetMessageIDWithValue(e.ID + "@noria")
	m.SetDateWithValue(e.Written)
	m.Subject(e.Subject)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(mail.TypeTextPlain, e.Text)
	return m, nil
}

// Folder lays letters into a folder, one file each, readable by its owner only.
type Folder struct {
	Path string
	From string
}

// Carry writes the file. A letter that comes again overwrites itself.
func (f Folder) Carry(_ context.Context, e Envelope) error {
	m, err := compose(f.From, e)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return err
	}
	name := filepath.Join(f.Path, e.Written.Format("20060102T150405.000000Z")+"-"+e.ID[:12]+".eml")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := m.WriteTo(file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// SMTP hands letters to a mail server, over TLS.
type SMTP struct {
	from   string
	client *mail.Client
}

// NewSMTP returns the carrier for an address such as
// smtp://user:password@host:587 (STARTTLS, required) or smtps://host:465. Plain
// connections are refused but to this machine (ASVS 12.2.1).
func NewSMTP(address, from string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, fmt.Errorf("the mail server must be given as smtp:// or smtps:// and a host") // the text may hold a password
	}
	options := []mail.Option{mail.WithTimeout(20 * time.Second), mail.WithTLSPolicy(mail.TLSMandatory)}
	switch u.Hostname() {
	case "127.0.0.1", "localhost", "::1":
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL())
	}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, fmt.Errorf("the port of the mail server is not a number")
		}
		options = append(options, mail.WithPort(n))
	}
	if password, ok := u.User.Password(); ok {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &SMTP{from: from, client: client}, nil
}

// Carry sends the letter.
func (s *SMTP) Carry(ctx context.Context, e Envelope) error {
	m, err := compose(s.from, e)
	if err != nil {
		return err
	}
	return s.client.DialAndSendWithContext(ctx, m)
}
