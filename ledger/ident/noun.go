// SPDX-License-Identifier: AGPL-3.0-or-later

package ident

// The nouns of the books and of rights; other rooms declare their own.
type (
	entryNoun  struct{}
	holderNoun struct{}
	walletNoun struct{}
	userNoun   struct{}
)

// Prefix of an entry's id.
func (entryNoun) Prefix() string { return "ent_" }

// Prefix of a holder's id.
func (holderNoun) Prefix() string { return "hol_" }

// Prefix of a wallet's id.
func (walletNoun) Prefix() string { return "wal_" }

// Prefix of a user's id.
func (userNoun) Prefix() string { return "usr_" }

// The ids of the books and of rights.
type (
	Entry  = ID[entryNoun]
	Holder = ID[holderNoun]
	Wallet = ID[walletNoun]
	User   = ID[userNoun]
)

// WalletOf returns the id of a holder's wallet: the same bits under another
// noun, since a holder has one wallet.
func WalletOf(h Holder) Wallet { return Wallet(h) }

// HolderOf returns the holder whose wallet this is.
func HolderOf(w Wallet) Holder { return Holder(w) }
