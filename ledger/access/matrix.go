// SPDX-License-Identifier: AGPL-3.0-or-later

package access

import (
	"fmt"
	"sort"
	"strings"
)

// Action is one thing that can be asked of the service.
type Action string

// The actions. Reads of public things (the fund, the currency) need none.
const (
	CurrencyOpen Action = "currency.open"
	CurrencySet  Action = "currency.set"
	DeskOpen     Action = "desk.open"

	HolderCreate Action = "holder.create"
	HolderRead   Action = "holder.read"
	WalletRead   Action = "wallet.read"
	JournalRead  Action = "journal.read"
	Export       Action = "export"

	UserBootstrap Action = "user.bootstrap"
	UserCreate    Action = "user.create"
	UserDisable   Action = "user.disable"
	TokenCreate   Action = "token.create"
	UserRead      Action = "user.read"
	TokenRevoke   Action = "token.revoke"
	SessionOpen   Action = "session.open"
	SessionClose  Action = "session.close"

	IdentityAttempt Action = "identity.attempt"
	IdentityJoin    Action = "identity.join"
	IdentityChange  Action = "identity.change"

	JobLease Action = "job.lease"
	MailSend Action = "mail.send"

	CampaignCreate  Action = "campaign.create"
	CampaignApprove Action = "campaign.approve"
	CampaignFund    Action = "campaign.fund"
	CampaignRead    Action = "campaign.read"

	ConversionQuote    Action = "conversion.quote"
	ConversionTransfer Action = "conversion.transfer"
	ConversionDesk     Action = "conversion.desk"
	ConversionSettle   Action = "conversion.settle"
	ConversionCancel   Action = "conversion.cancel"
	ConversionReverse  Action = "conversion.reverse"
	ConversionExpire   Action = "conversion.expire"
	ConversionRead     Action = "conversion.read"

	RedemptionRequest Action = "redemption.request"
	RedemptionSettle  Action = "redemption.settle"
	RedemptionRefuse  Action = "redemption.refuse"
	RedemptionRead    Action = "redemption.read"
	EurosMove         Action = "euros.move"

	MerchantCreate  Action = "merchant.create"
	RequestCreate   Action = "request.create"
	RequestCancel   Action = "request.cancel"
	RequestExpire   Action = "request.expire"
	RequestRead     Action = "request.read"
	PaymentCreate   Action = "payment.create"
	PaymentRead     Action = "payment.read"
	PaymentRefund   Action = "payment.refund"
	MerchantReceipt Action = "merchant.receipt"

	InstructionCreate Action = "instruction.create"
	BatchCreate       Action = "batch.create"
	BatchApprove      Action = "batch.approve"
	BatchWithdraw     Action = "batch.withdraw"
	BatchFund         Action = "batch.fund"
	BatchExecute      Action = "batch.execute"
	BatchRead         Action = "batch.read"
)

// matrix says which role may take which action on whose affairs. The golden
// file testdata/matrix.golden shows it as a table for auditors.
var matrix = map[Action]map[Role]Scope{
	CurrencyOpen: {Administrator: All},
	CurrencySet:  {Treasurer: All},
	DeskOpen:     {Administrator: All},

	HolderCreate: {DeskAgent: All, Administrator: All},
	HolderRead: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, CollectivityApprover: Organisation,
		DeskAgent: All, Treasurer: All, Approver: All, Auditor: All, Administrator: All},
	WalletRead:  {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, Treasurer: All, Auditor: All},
	JournalRead: {Treasurer: All, Auditor: All},
	Export:      {Treasurer: All, Auditor: All},

	UserBootstrap: {System: All},
	UserCreate:    {Administrator: All},
	UserDisable:   {Administrator: All},
	TokenCreate:   {Administrator: All},
	UserRead: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},
	TokenRevoke: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},
	SessionOpen: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},
	SessionClose: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},

	IdentityAttempt: {System: All},
	IdentityJoin:    {System: All},
	IdentityChange: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},

	JobLease: {System: All},
	MailSend: {System: All},

	CampaignCreate:  {CollectivityAgent: Organisation, Treasurer: All},
	CampaignApprove: {CollectivityApprover: Organisation, Approver: All},
	CampaignFund:    {Treasurer: All},
	CampaignRead: {CollectivityAgent: Organisation, CollectivityApprover: Organisation,
		Treasurer: All, Approver: All, Auditor: All},

	ConversionQuote:    {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Treasurer: All},
	ConversionTransfer: {Citizen: Own, MerchantOwner: Organisation},
	ConversionDesk:     {DeskAgent: All},
	ConversionSettle:   {Treasurer: All},
	ConversionCancel:   {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Treasurer: All},
	ConversionReverse:  {Treasurer: All},
	ConversionExpire:   {System: All},
	ConversionRead:     {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Treasurer: All, Auditor: All},

	RedemptionRequest: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation},
	RedemptionSettle:  {Treasurer: All},
	RedemptionRefuse:  {Treasurer: All},
	RedemptionRead: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation,
		Treasurer: All, Approver: All, Auditor: All},
	EurosMove: {Treasurer: All},

	MerchantCreate:  {Administrator: All},
	RequestCreate:   {MerchantOwner: Organisation, Cashier: Organisation},
	RequestCancel:   {MerchantOwner: Organisation, Cashier: Organisation},
	RequestExpire:   {System: All},
	RequestRead:     {Citizen: All, MerchantOwner: All, Cashier: Organisation, Treasurer: All, Auditor: All},
	PaymentCreate:   {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation},
	PaymentRead:     {Citizen: Own, MerchantOwner: Organisation, Cashier: Organisation, Treasurer: All, Auditor: All},
	PaymentRefund:   {Citizen: Own, MerchantOwner: Organisation},
	MerchantReceipt: {MerchantOwner: Organisation, Cashier: Organisation},

	InstructionCreate: {Citizen: Own, CollectivityAgent: Organisation, Treasurer: All},
	BatchCreate:       {CollectivityAgent: Organisation},
	BatchApprove:      {CollectivityApprover: Organisation, Approver: All},
	BatchWithdraw:     {CollectivityAgent: Organisation, CollectivityApprover: Organisation},
	BatchFund:         {Treasurer: All},
	BatchExecute:      {System: All},
	BatchRead: {CollectivityAgent: Organisation, CollectivityApprover: Organisation,
		Treasurer: All, Approver: All, Auditor: All},
}

// ScopeOf returns on whose affairs a role may take an action.
func ScopeOf(role Role, action Action) Scope { return matrix[action][role] }

// Actions lists every action of the matrix, sorted.
func Actions() []Action {
	actions := make([]Action, 0, len(matrix))
	for a := range matrix {
		actions = append(actions, a)
	}
	sort.Slice(actions, func(i, j int) bool { return actions[i] < actions[j] })
	return actions
}

// Table writes the matrix as a table: an action a line, a role a column.
func Table() string {
	var b strings.Builder
	roles := append(Roles(), System)
	fmt.Fprintf(&b, "%-20s", "action")
	for _, r := range roles {
		fmt.Fprintf(&b, " %-21s", r)
	}
	for _, a := range Actions() {
		fmt.Fprintf(&b, "\n%-20s", a)
		for _, r := range roles {
			scope := matrix[a][r]
			if scope == None {
				scope = "-"
			}
			fmt.Fprintf(&b, " %-21s", scope)
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
