//! Given what happened, when something is asked for, then that happens: rules and properties.

use super::*;
use crate::aggregates::properties::{amount, history_folds, rules_hold, text};
use crate::ids::AccountId;
use crate::spec::given;
use proptest::prelude::*;
use uuid::Uuid;

fn account_id() -> AccountId {
    "7".into()
}

fn opened() -> AccountEvent {
    AccountEvent::AccountOpened(AccountOpened {
        account_id: account_id(),
        owner: "kim".into(),
        currency: Currency::KRW,
    })
}

fn open() -> AccountCommand {
    AccountCommand::OpenAccount(OpenAccount { account_id: account_id(), owner: "kim".into(), currency: Currency::KRW })
}

fn deposited(amount: i64) -> AccountEvent {
    AccountEvent::MoneyDeposited(MoneyDeposited { account_id: account_id(), amount, transfer_id: None })
}

fn deposit(amount: i64) -> AccountCommand {
    AccountCommand::Deposit(Deposit { account_id: account_id(), amount, transfer_id: None, currency: None })
}

fn withdrawn(withdrawal: u64, amount: i64) -> AccountEvent {
    AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
        account_id: account_id(),
        withdrawal,
        amount,
        transfer_id: Some("t-1".into()),
        to: None,
        currency: None,
    })
}

fn withdraw(amount: i64) -> AccountCommand {
    AccountCommand::Withdraw(Withdraw { account_id: account_id(), amount, transfer_id: Some("t-1".into()) })
}

fn compensated(withdrawal: u64, amount: i64) -> AccountEvent {
    AccountEvent::WithdrawalCompensated(WithdrawalCompensated {
        account_id: account_id(),
        withdrawal,
        original_event_id: Uuid::from_u128(9),
        amount,
        reason: "no such account".into(),
    })
}

fn compensate(withdrawal: u64) -> AccountCommand {
    AccountCommand::CompensateWithdrawal(CompensateWithdrawal {
        account_id: account_id(),
        withdrawal,
        original_event_id: Uuid::from_u128(9),
        reason: "no such account".into(),
    })
}

fn closed() -> AccountEvent {
    AccountEvent::AccountClosed(AccountClosed { account_id: account_id() })
}

fn close() -> AccountCommand {
    AccountCommand::CloseAccount(CloseAccount { account_id: account_id() })
}

#[test]
fn an_account_never_goes_below_zero() {
    given::<Account>([]).when(open()).then([opened()]);
    given::<Account>([opened()]).when(open()).refused("the account exists already");
    given::<Account>([]).when(deposit(5)).refused("the account does not exist; open it first");
    let account = given::<Account>([opened(), deposited(500)]);
    account.when(deposit(0)).refused("the amount must be above zero; it is 0 KRW");
    account.when(deposit(i64::MAX)).refused("the amounts are too large to be added up");
    account.when(withdraw(500)).then([withdrawn(1, 500)]);
    account.when(withdraw(501)).refused("501 KRW cannot be withdrawn; the balance is 500 KRW");
    given::<Account>([opened(), deposited(500), withdrawn(1, 100)]).when(withdraw(100)).then([withdrawn(2, 100)]);
}

#[test]
fn a_withdrawal_is_made_good_in_full_and_at_most_once() {
    let account = given::<Account>([opened(), deposited(500), withdrawn(1, 300)]);
    account.when(compensate(1)).then([compensated(1, 300)]);
    account.when(compensate(2)).refused("withdrawal 2 is not among the account's newest 20");
    given::<Account>([opened(), deposited(500), withdrawn(1, 300), compensated(1, 300)])
        .when(compensate(1))
        .refused("withdrawal 1 was compensated before");
}

#[test]
fn a_transfer_is_a_withdrawal_that_says_where_the_money_goes() {
    let transfer = |to: &str, amount, id: Option<&str>| {
        AccountCommand::TransferMoney(TransferMoney {
            account_id: account_id(),
            to: to.into(),
            amount,
            transfer_id: id.map(Into::into),
        })
    };
    let sent = |amount, id: &str| {
        AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
            account_id: account_id(),
            withdrawal: 1,
            amount,
            transfer_id: Some(id.into()),
            to: Some("8".into()),
            currency: Some(Currency::KRW),
        })
    };
    let account = given::<Account>([opened(), deposited(500)]);
    account.when(transfer("8", 200, None)).then([sent(200, "7-1")]);
    account.when(transfer("8", 200, Some("rent"))).then([sent(200, "rent")]);
    account.when(transfer("8", 501, None)).refused("501 KRW cannot be withdrawn; the balance is 500 KRW");
    account.when(transfer("7", 200, None)).refused("a transfer needs two accounts; both are the same");
    account.when(transfer(" ", 200, None)).refused("to is empty; a transfer needs an account to go to");
    let dollars = Deposit { account_id: account_id(), amount: 5, transfer_id: None, currency: Some(Currency::USD) };
    account.when(AccountCommand::Deposit(dollars)).refused("the account is in KRW; it does not take USD");
}

#[test]
fn an_empty_account_can_be_closed_for_good() {
    given::<Account>([opened()]).when(close()).then([closed()]);
    given::<Account>([opened(), deposited(5)])
        .when(close())
        .refused("an account must be empty to be closed; the balance is 5 KRW");
    given::<Account>([opened(), closed()]).when(deposit(5)).refused("the account is closed");
}

#[test]
fn compensating_twice_and_overdrawing_are_folded_and_noticed() {
    let history = [opened(), deposited(500), withdrawn(1, 300), compensated(1, 300), compensated(1, 300)];
    let twice = given::<Account>(history.clone());
    assert_eq!(twice.state().balance, 800);
    assert_eq!(twice.violations(), ["compensated-twice"]);
    let spent = given::<Account>(history.into_iter().chain([withdrawn(2, 801)]));
    assert_eq!(spent.violations(), ["balance-below-zero", "compensated-twice"]);
    assert_eq!(Account::violations(spent.state())[0].message, "the balance is -1 KRW");
}

#[test]
fn the_state_remembers_the_newest_withdrawals_only() {
    let events = (1..=50).map(|number| withdrawn(number, 1));
    let state = given::<Account>(events).state().clone();
    assert_eq!(state.recent_withdrawals.len(), REMEMBERED_WITHDRAWALS);
    assert_eq!((state.withdrawals, state.recent_withdrawals.keys().next()), (50, Some(&31)));
}

fn any_command() -> impl Strategy<Value = AccountCommand> {
    prop_oneof![
        1 => Just(open()),
        6 => amount().prop_map(deposit),
        6 => amount().prop_map(withdraw),
        3 => amount().prop_map(|amount| AccountCommand::TransferMoney(TransferMoney {
            account_id: account_id(),
            to: "8".into(),
            amount,
            transfer_id: None,
        })),
        3 => (0u64..6).prop_map(compensate),
        1 => Just(close()),
    ]
}

fn any_event() -> impl Strategy<Value = AccountEvent> {
    prop_oneof![
        text().prop_map(|owner| AccountEvent::AccountOpened(AccountOpened {
            account_id: account_id(),
            owner,
            currency: Currency::USD,
        })),
        amount().prop_map(deposited),
        (prop_oneof![0u64..4, any::<u64>()], amount()).prop_map(|(number, amount)| withdrawn(number, amount)),
        (0u64..4, amount()).prop_map(|(number, amount)| compensated(number, amount)),
        Just(closed()),
    ]
}

proptest! {
    #[test]
    fn rules_hold_for_any_commands(commands in prop::collection::vec(any_command(), 0..32)) {
        rules_hold::<Account>(commands);
    }

    #[test]
    fn any_history_folds(events in prop::collection::vec(any_event(), 0..12)) {
        history_folds::<Account>(events);
    }
}
