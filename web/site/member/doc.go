// SPDX-License-Identifier: AGPL-3.0-or-later

// Package member holds the pages by which somebody belongs to the association:
// their membership and its dues (L9, P11), and the association to which the
// issuer gives for them.
//
// It refuses nothing by itself: who may see and pay what is for the services to
// say. Laws: a year is paid once whatever is pressed twice; a refusal says
// whether units moved.
package member
