// SPDX-License-Identifier: AGPL-3.0-or-later

// Package money owns amounts of money and the arithmetic on them.
//
// An Amount is a whole number of minor units (cents) held in an int64; there is
// no floating point and no fraction of a cent anywhere. Rates are exact
// decimals, and this package is the only one that imports a decimal library.
//
// It refuses: amounts that are not written exactly as the contract says
// (pattern ^(0|[1-9][0-9]{0,8})\.[0-9]{2}$), additions that leave the range of
// an int64, rates outside their stated range.
//
// Laws: Parse(a.Format()) == a for every amount from 0.00 to 999999999.99; a
// rate applied to an amount is floored to the cent, in favour of the payer of
// the bonus (rule P13); Split loses and invents no cent.
package money
