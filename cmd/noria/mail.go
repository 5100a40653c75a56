// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"net/url"
	"path/filepath"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
)

// letters registers the job that sends what was queued: to the mail server where
// there is one, otherwise into a folder.
func (a *app) letters(cfg *config) error {
	from := cfg.MailFrom
	if from == "" {
		u, err := url.Parse(a.baseURL)
		if err != nil {
			return err
		}
		from = "nobody@" + u.Hostname()
	}
	var carrier mail.Carrier = mail.Folder{Path: filepath.Join(cfg.Data, "mail"), From: from}
	if cfg.SMTP != "" {
		server, err := mail.NewSMTP(cfg.SMTP, from)
		if err != nil {
			return err
		}
		carrier = server
	}
	post := mail.New(a.ledger, carrier, a.log)
	a.jobs.Register(job.Job{Name: "mail.send", Every: 2 * time.Second, Due: post.Due,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := post.SendDue(ctx, actor)
			return err
		}})
	return nil
}
