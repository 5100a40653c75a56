// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"github.com/noria-mlc/noria/web/site"
	"github.com/noria-mlc/noria/web/site/account"
	"github.com/noria-mlc/noria/web/site/admin"
	"github.com/noria-mlc/noria/web/site/audit"
	"github.com/noria-mlc/noria/web/site/campaign"
	"github.com/noria-mlc/noria/web/site/citizen"
	"github.com/noria-mlc/noria/web/site/desk"
	"github.com/noria-mlc/noria/web/site/member"
	"github.com/noria-mlc/noria/web/site/pay"
	"github.com/noria-mlc/noria/web/site/public"
	"github.com/noria-mlc/noria/web/site/sandbox"
	"github.com/noria-mlc/noria/web/site/shop"
	"github.com/noria-mlc/noria/web/site/town"
	"github.com/noria-mlc/noria/web/site/treasury"
)

// rooms lists the rooms of the site, in the order of the navigation.
func rooms() []site.Room {
	return []site.Room{public.Room(), citizen.Room(), pay.Room(), shop.Room(), desk.Room(), member.Room(), town.Room(), campaign.Room(), treasury.Room(), audit.Room(), admin.Room(), account.Room(), sandbox.Room()}
}
