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
	SettingsRead Action = "settings.read"
	DeskOpen     Action = "desk.open"

	HolderCreate Action = "holder.create"
	HolderRead   Action = "holder.read"
	WalletRead   Action = "wallet.read"
	JournalRead  Action = "journal.read"
	Export       Action = "export"

	UserBootstrap Action = "user.bootstrap"
	UserCreate    Action = "user.create"
	UserInvite    Action = "user.invite"
	UserDisable   Action = "user.disable"
	UserEnable    Action = "user.enable"
	UserGrant     Action = "user.grant"
	UserWithdraw  Action = "user.withdraw"
	TokenIssue    Action = "token.issue"
	TokenCreate   Action = "token.create"
	UserRead      Action = "user.read"
	TokenRevoke   Action = "token.revoke"
	SessionOpen   Action = "session.open"
	SessionClose  Action = "session.close"
	SessionSeen   Action = "session.seen"

	IdentityAttempt Action = "identity.attempt"
	IdentityJoin    Action = "identity.join"
	IdentityChange  Action = "identity.change"
	IdentityBlock   Action = "identity.block"
	IdentityRenew   Action = "identity.renew"

	RecoverySet     Action = "recovery.set"
	RecoveryOpen    Action = "recovery.open"
	RecoveryApprove Action = "recovery.approve"
	RecoveryRead    Action = "recovery.read"
	RecoveryCancel  Action = "recovery.cancel"

	PersonLook     Action = "person.look"
	PersonCopy     Action = "person.copy"
	PersonErase    Action = "person.erase"
	ErasureRequest Action = "erasure.request"
	ErasureCancel  Action = "erasure.cancel"
	ErasureApprove Action = "erasure.approve"

	JobLease Action = "job.lease"
	JobRun   Action = "job.run"
	MailSend Action = "mail.send"

	// PushSubscribe asks for hints at one's own credits, or ends them.
	PushSubscribe Action = "push.subscribe"
	PushSend      Action = "push.send"

	CampaignCreate  Action = "campaign.create"
	CampaignApprove Action = "campaign.approve"
	CampaignFund    Action = "campaign.fund"
	CampaignRead    Action = "campaign.read"

	CampaignPause    Action = "campaign.pause"
	CampaignResume   Action = "campaign.resume"
	CampaignClose    Action = "campaign.close"
	CampaignAmend    Action = "campaign.amend"
	CampaignWithdraw Action = "campaign.withdraw" // an amendment that awaits approval
	CampaignReturn   Action = "campaign.return"
	ResidenceSet     Action = "residence.set"
	ResidenceRead    Action = "residence.read"
	DebitReturn      Action = "debit.return"
	ReceivableRead   Action = "receivable.read"
	ReceivableWaive  Action = "receivable.waive"
	WaiverApprove    Action = "waiver.approve"
	LoopRead         Action = "loop.read"
	LoopWatch        Action = "loop.watch"
	LoopClose        Action = "loop.close"

	ConversionQuote    Action = "conversion.quote"
	ConversionTransfer Action = "conversion.transfer"
	ConversionDesk     Action = "conversion.desk"
	ConversionSettle   Action = "conversion.settle"
	ConversionCancel   Action = "conversion.cancel"
	ConversionReverse  Action = "conversion.reverse"
	ConversionExpire   Action = "conversion.expire"
	ConversionRead     Action = "conversion.read"

	// A checkout is the payment of a conversion at a card provider.
	CheckoutRecord Action = "checkout.record"
	CheckoutSettle Action = "checkout.settle"
	CheckoutRead   Action = "checkout.read"
	// Deciding about an odd one takes two people.
	CheckoutDecide   Action = "checkout.decide"
	CheckoutApprove  Action = "checkout.approve"
	CheckoutWithdraw Action = "checkout.withdraw"

	// A mandate is one of direct debits; whoever signed it revokes it alone.
	MandateSign   Action = "mandate.sign"
	MandateRevoke Action = "mandate.revoke"
	MandateRead   Action = "mandate.read"
	MandateAmend  Action = "mandate.amend"
	MandateResume Action = "mandate.resume"
	DebitPlan     Action = "debit.plan"
	DebitPrepare  Action = "debit.prepare"
	DebitApprove  Action = "debit.approve"
	DebitExport   Action = "debit.export"
	DebitSettle   Action = "debit.settle"

	RedemptionRequest Action = "redemption.request"
	RedemptionSettle  Action = "redemption.settle"
	RedemptionRefuse  Action = "redemption.refuse"
	RedemptionRead    Action = "redemption.read"
	EurosMove         Action = "euros.move"
	EurosPropose      Action = "euros.propose"

	RedemptionExcept     Action = "redemption.except"
	RedemptionApprove    Action = "redemption.approve"
	RedemptionReturn     Action = "redemption.return"
	PayoutAccountSet     Action = "payout-account.set"
	PayoutAccountApprove Action = "payout-account.approve"
	PayoutAccountRead    Action = "payout-account.read"
	// Accounts of the guarantee fund are opened and closed by two people.
	BankAccountRead     Action = "bank-account.read"
	BankAccountPropose  Action = "bank-account.propose"
	BankAccountApprove  Action = "bank-account.approve"
	BankAccountWithdraw Action = "bank-account.withdraw"

	RunPrepare Action = "run.prepare"
	RunApprove Action = "run.approve"
	RunCancel  Action = "run.cancel"
	RunExport  Action = "run.export"
	RunRead    Action = "run.read"

	PaperPrint    Action = "paper.print"
	PaperSend     Action = "paper.send"
	PaperReceive  Action = "paper.receive"
	PaperSale     Action = "paper.sale"
	PaperUndo     Action = "paper.undo"
	PaperExchange Action = "paper.exchange"
	PaperAsk      Action = "paper.ask"
	PaperDestroy  Action = "paper.destroy"
	PaperWitness  Action = "paper.witness"
	PaperWriteOff Action = "paper.write-off"
	PaperCount    Action = "paper.count"
	PaperRead     Action = "paper.read"

	MeterSet Action = "meter.set" // what counts in the sum that the ACPR asks for (L4)

	MerchantCreate  Action = "merchant.create"
	MerchantList    Action = "merchant.list"
	RequestCreate   Action = "request.create"
	RequestCancel   Action = "request.cancel"
	RequestExpire   Action = "request.expire"
	RequestRead     Action = "request.read"
	PaymentCreate   Action = "payment.create"
	PaymentRead     Action = "payment.read"
	PaymentRefund   Action = "payment.refund"
	MerchantReceipt Action = "merchant.receipt"

	// IntentCreate prepares what its own author is then asked to confirm.
	IntentCreate      Action = "intent.create"
	RequestAsk        Action = "request.ask"
	RequestWithdraw   Action = "request.withdraw"
	BeneficiaryRead   Action = "beneficiary.read"
	BeneficiaryTry    Action = "beneficiary.try"
	BeneficiarySave   Action = "beneficiary.save"
	BeneficiaryRemove Action = "beneficiary.remove"
	ScreenInvite      Action = "screen.invite"
	ScreenPair        Action = "screen.pair"
	ScreenRevoke      Action = "screen.revoke"
	ScreenRead        Action = "screen.read"
	ScreenWatch       Action = "screen.watch"

	InstructionCreate Action = "instruction.create"
	BatchCreate       Action = "batch.create"
	BatchApprove      Action = "batch.approve"
	BatchWithdraw     Action = "batch.withdraw"
	BatchFund         Action = "batch.fund"
	BatchExecute      Action = "batch.execute"
	BatchRead         Action = "batch.read"

	// Membership and dues, gifts.
	MembershipSet    Action = "membership.set"
	MembershipRead   Action = "membership.read"
	MembershipRemind Action = "membership.remind"
	DuesRateSet      Action = "dues.rate-set"
	DuesPay          Action = "dues.pay"
	DuesDesk         Action = "dues.desk"
	DuesRecord       Action = "dues.record"
	DuesCancel       Action = "dues.cancel"
	DuesRead         Action = "dues.read"
	GiftChoose       Action = "gift.choose"
	GiftAdmit        Action = "gift.admit"
	GiftPrepare      Action = "gift.prepare"
	GiftApprove      Action = "gift.approve"
	GiftCancel       Action = "gift.cancel"
	GiftSettle       Action = "gift.settle"
	GiftRead         Action = "gift.read"

	// Fonte: a voted share of idle units for an association (L12).
	FontePrepare Action = "fonte.prepare"
	FonteApprove Action = "fonte.approve"
	FonteEnd     Action = "fonte.end"
	FonteRead    Action = "fonte.read"
	FonteTell    Action = "fonte.tell"
	FonteTake    Action = "fonte.take"

	// Alerts about the guarantee fund, and projects that its deposits financed.
	AlertSet        Action = "alert.set"
	AlertRead       Action = "alert.read"
	AlertLook       Action = "alert.look"
	ProjectAdd      Action = "project.add"
	ProjectChange   Action = "project.change"
	ProjectWithdraw Action = "project.withdraw"
)

// matrix says which role may take which action on whose affairs. The golden
// file testdata/matrix.golden shows it as a table for auditors.
var matrix = map[Action]map[Role]Scope{
	CurrencyOpen: {Administrator: All},
	CurrencySet:  {Treasurer: All},
	SettingsRead: {Treasurer: All, Approver: All, Auditor: All},
	DeskOpen:     {Administrator: All},

	HolderCreate: {DeskAgent: All, Administrator: All},
	HolderRead: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, CollectivityApprover: Organisation,
		DeskAgent: All, Treasurer: All, Approver: All, Auditor: All, Administrator: All},
	WalletRead:  {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, Treasurer: All, Auditor: All},
	JournalRead: {Treasurer: All, Auditor: All},
	Export:      {Treasurer: All, Auditor: All},

	UserBootstrap: {System: All},
	UserCreate:    {Administrator: All},
	UserInvite:    {Administrator: All},
	UserDisable:   {Administrator: All},
	UserEnable:    {Administrator: All},
	UserGrant:     {Administrator: All},
	UserWithdraw:  {Administrator: All},
	TokenIssue:    {System: All},
	TokenCreate: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},
	UserRead: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},
	TokenRevoke: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},
	SessionOpen: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},
	SessionClose: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},

	SessionSeen: {System: All},

	IdentityAttempt: {System: All},
	IdentityJoin:    {System: All},
	IdentityBlock:   {System: All},
	IdentityRenew:   {System: All},
	IdentityChange: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},

	RecoverySet:     {Administrator: All},
	RecoveryOpen:    {DeskAgent: All, Administrator: All},
	RecoveryApprove: {DeskAgent: All, Administrator: All},
	RecoveryRead:    {DeskAgent: All, Administrator: All, Auditor: All},
	RecoveryCancel: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: All, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},

	PersonLook: {System: All},
	PersonCopy: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: Own},
	PersonErase: {System: All},
	ErasureRequest: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},
	ErasureCancel: {Citizen: Own, MerchantOwner: Own, Cashier: Own, DeskAgent: Own, CollectivityAgent: Own,
		CollectivityApprover: Own, Treasurer: Own, Approver: Own, Auditor: Own, Administrator: All},
	ErasureApprove: {Administrator: All},

	JobLease: {System: All},
	JobRun:   {Administrator: All},
	MailSend: {System: All},

	PushSubscribe: {Citizen: Own},
	PushSend:      {System: All},

	CampaignCreate:  {CollectivityAgent: Organisation, Treasurer: All},
	CampaignApprove: {CollectivityApprover: Organisation, Approver: All},
	CampaignFund:    {Treasurer: All},
	CampaignRead: {CollectivityAgent: Organisation, CollectivityApprover: Organisation,
		Treasurer: All, Approver: All, Auditor: All},

	CampaignPause:    {CollectivityAgent: Organisation, CollectivityApprover: Organisation, Treasurer: All, Approver: All},
	CampaignResume:   {CollectivityApprover: Organisation, Approver: All},
	CampaignClose:    {CollectivityApprover: Organisation, Approver: All},
	CampaignAmend:    {CollectivityAgent: Organisation, Treasurer: All},
	CampaignWithdraw: {CollectivityAgent: Organisation, CollectivityApprover: Organisation, Treasurer: All, Approver: All},
	CampaignReturn:   {Treasurer: All},
	ResidenceSet:     {DeskAgent: All, Administrator: All},
	ResidenceRead:    {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Administrator: All, Auditor: All},
	DebitReturn:      {Treasurer: All},
	ReceivableRead:   {Citizen: Own, MerchantOwner: Organisation, Treasurer: All, Approver: All, Auditor: All},
	ReceivableWaive:  {Treasurer: All},
	WaiverApprove:    {Approver: All},
	LoopRead:         {Treasurer: All, Approver: All, Auditor: All},
	LoopWatch:        {System: All},
	LoopClose:        {Treasurer: All},

	ConversionQuote:    {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Treasurer: All},
	ConversionTransfer: {Citizen: Own, MerchantOwner: Organisation},
	ConversionDesk:     {DeskAgent: All},
	ConversionSettle:   {Treasurer: All},
	ConversionCancel:   {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Treasurer: All},
	ConversionReverse:  {Treasurer: All},
	ConversionExpire:   {System: All},
	ConversionRead:     {Citizen: Own, MerchantOwner: Organisation, DeskAgent: All, Treasurer: All, Auditor: All},

	CheckoutRecord: {System: All},
	CheckoutSettle: {System: All},
	CheckoutRead:   {Treasurer: All, Approver: All, Auditor: All},

	CheckoutDecide:   {Treasurer: All},
	CheckoutApprove:  {Approver: All},
	CheckoutWithdraw: {Treasurer: All, Approver: All},

	MandateSign:   {Citizen: Own, MerchantOwner: Organisation},
	MandateRevoke: {Citizen: Own, MerchantOwner: Organisation, Treasurer: All},
	MandateRead:   {Citizen: Own, MerchantOwner: Organisation, Treasurer: All, Auditor: All},
	MandateAmend:  {Citizen: Own, MerchantOwner: Organisation},
	MandateResume: {Treasurer: All},
	DebitPlan:     {System: All},
	DebitPrepare:  {Treasurer: All},
	DebitApprove:  {Approver: All},
	DebitExport:   {Treasurer: All},
	DebitSettle:   {Treasurer: All},

	RedemptionRequest: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation},
	RedemptionSettle:  {Treasurer: All},
	RedemptionRefuse:  {Treasurer: All},
	RedemptionRead: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation,
		Treasurer: All, Approver: All, Auditor: All},
	EurosMove:    {Treasurer: All},
	EurosPropose: {Treasurer: All, Approver: All, Auditor: All},

	RedemptionExcept:     {Treasurer: All},
	RedemptionApprove:    {Approver: All},
	RedemptionReturn:     {Treasurer: All},
	PayoutAccountSet:     {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, Treasurer: All},
	PayoutAccountApprove: {Approver: All},
	PayoutAccountRead: {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation,
		Treasurer: All, Approver: All, Auditor: All},
	BankAccountRead:     {Treasurer: All, Approver: All, Auditor: All},
	BankAccountPropose:  {Treasurer: All},
	BankAccountApprove:  {Approver: All},
	BankAccountWithdraw: {Treasurer: All, Approver: All},

	RunPrepare: {Treasurer: All},
	RunApprove: {Approver: All},
	RunCancel:  {Treasurer: All, Approver: All},
	RunExport:  {Treasurer: All},
	RunRead:    {Treasurer: All, Approver: All, Auditor: All},

	PaperPrint:    {Treasurer: All},
	PaperSend:     {DeskAgent: All, Treasurer: All},
	PaperReceive:  {DeskAgent: All, Treasurer: All},
	PaperSale:     {DeskAgent: All},
	PaperUndo:     {DeskAgent: All, Treasurer: All},
	PaperExchange: {DeskAgent: All},
	PaperAsk:      {Citizen: Own, MerchantOwner: Organisation},
	PaperDestroy:  {Treasurer: All},
	PaperWitness:  {Treasurer: All, Approver: All},
	PaperWriteOff: {Treasurer: All},
	PaperCount:    {DeskAgent: All},
	PaperRead:     {DeskAgent: All, Treasurer: All, Approver: All, Auditor: All},

	MeterSet: {Treasurer: All},

	MerchantCreate:  {Administrator: All},
	MerchantList:    {MerchantOwner: Organisation, Administrator: All},
	RequestCreate:   {MerchantOwner: Organisation, Cashier: Organisation},
	RequestCancel:   {MerchantOwner: Organisation, Cashier: Organisation},
	RequestExpire:   {System: All},
	RequestRead:     {Citizen: All, MerchantOwner: All, Cashier: Organisation, Treasurer: All, Auditor: All},
	PaymentCreate:   {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation},
	PaymentRead:     {Citizen: Own, MerchantOwner: Organisation, Cashier: Organisation, Treasurer: All, Auditor: All},
	PaymentRefund:   {Citizen: Own, MerchantOwner: Organisation},
	MerchantReceipt: {MerchantOwner: Organisation, Cashier: Organisation},

	IntentCreate:      {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation},
	RequestAsk:        {Citizen: Own},
	RequestWithdraw:   {Citizen: Own},
	BeneficiaryRead:   {Citizen: Own, MerchantOwner: Organisation},
	BeneficiaryTry:    {Citizen: Own, MerchantOwner: Organisation},
	BeneficiarySave:   {Citizen: Own, MerchantOwner: Organisation},
	BeneficiaryRemove: {Citizen: Own, MerchantOwner: Organisation},
	ScreenInvite:      {MerchantOwner: Organisation},
	ScreenPair:        {System: All},
	ScreenRevoke:      {MerchantOwner: Organisation},
	ScreenRead:        {MerchantOwner: Organisation},
	ScreenWatch:       {Display: Organisation},

	InstructionCreate: {Citizen: Own, CollectivityAgent: Organisation, Treasurer: All},
	BatchCreate:       {CollectivityAgent: Organisation},
	BatchApprove:      {CollectivityApprover: Organisation, Approver: All},
	BatchWithdraw:     {CollectivityAgent: Organisation, CollectivityApprover: Organisation},
	BatchFund:         {Treasurer: All},
	BatchExecute:      {System: All},
	BatchRead: {CollectivityAgent: Organisation, CollectivityApprover: Organisation,
		Treasurer: All, Approver: All, Auditor: All},

	MembershipSet:    {Treasurer: All},
	MembershipRead:   {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, DeskAgent: All, Treasurer: All, Approver: All, Auditor: All, Administrator: All},
	MembershipRemind: {System: All},
	DuesRateSet:      {Treasurer: All},
	DuesPay:          {Citizen: Own, MerchantOwner: Organisation},
	DuesDesk:         {DeskAgent: All},
	DuesRecord:       {Treasurer: All},
	DuesCancel:       {Treasurer: All},
	DuesRead:         {Citizen: Own, MerchantOwner: Organisation, CollectivityAgent: Organisation, DeskAgent: All, Treasurer: All, Approver: All, Auditor: All},
	GiftChoose:       {Citizen: Own, MerchantOwner: Organisation},
	GiftAdmit:        {Treasurer: All},
	GiftPrepare:      {Treasurer: All},
	GiftApprove:      {Approver: All},
	GiftCancel:       {Treasurer: All, Approver: All},
	GiftSettle:       {Treasurer: All},
	GiftRead:         {Treasurer: All, Approver: All, Auditor: All},

	FontePrepare: {Treasurer: All},
	FonteApprove: {Approver: All},
	FonteEnd:     {Treasurer: All, Approver: All},
	FonteRead:    {Treasurer: All, Approver: All, Auditor: All},
	FonteTell:    {System: All},
	FonteTake:    {System: All},

	AlertSet:        {Treasurer: All},
	AlertRead:       {Treasurer: All, Approver: All, Auditor: All},
	AlertLook:       {System: All},
	ProjectAdd:      {Treasurer: All},
	ProjectChange:   {Treasurer: All},
	ProjectWithdraw: {Treasurer: All},
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
	roles := append(Roles(), System, Display)
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
