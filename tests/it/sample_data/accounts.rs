//! Accounts: money in, money out, and transfers, of which some fail and are made good.

use super::time::{self, HOUR, MINUTE, SECOND};
use super::world::{Because, World};
use foldback::domain::aggregates::Account;
use serde_json::json;

const OWNERS: &[&str] = &[
    "kim", "lee", "park", "choi", "jung", "kang", "cho", "yoon", "jang", "lim", "han", "oh", "seo", "shin", "kwon",
    "hwang", "ahn", "song", "yoo", "hong", "jeon", "ko", "moon", "yang", "bae", "baek", "heo", "nam", "noh", "ha",
];

/// The accounts are 101 and so on; the last few are in dollars.
const ACCOUNTS: i64 = 34;

fn currency(account: i64) -> &'static str {
    if account > ACCOUNTS - 4 { "USD" } else { "KRW" }
}

pub fn plan(world: &mut World) {
    for (number, at) in (1..=ACCOUNTS).zip(time::moments(
        &mut world.random,
        ACCOUNTS as usize,
        time::start() + MINUTE,
        time::start() + 9 * HOUR,
    )) {
        // Account 117 belongs to a story.
        if number != 17 {
            world.at(at, move |world| open(world, number));
        }
    }
    for (number, at) in (1..).zip(time::moments(&mut world.random, 34, time::start() + 10 * HOUR, time::end() - HOUR)) {
        world.at(at, move |world| transfer(world, number));
    }
    for at in time::moments(&mut world.random, 24, time::start() + 10 * HOUR, time::end()) {
        world.at(at, deposit);
    }
    // Two accounts are emptied and closed; transfers to them fail from then on.
    for number in [8, 23] {
        let at = time::start() + 26 * HOUR + world.random.range(0..2 * HOUR);
        world.at(at, move |world| close(world, number));
    }
}

pub fn id(number: i64) -> String {
    (100 + number).to_string()
}

fn owner(number: i64) -> &'static str {
    OWNERS[number as usize % OWNERS.len()]
}

fn open(world: &mut World, number: i64) {
    let (id, owner) = (id(number), owner(number));
    let because = Because::new(owner, &format!("opening of account {id}"));
    let opened = world.ask::<Account>(
        "OpenAccount",
        json!({"account_id": id, "owner": owner, "currency": currency(number)}),
        &because,
    );
    let amount = world.random.range(8..90) * if currency(number) == "USD" { 2_500 } else { 10_000 };
    world.after(MINUTE..20 * MINUTE, move |world| {
        world.ask::<Account>("Deposit", json!({"account_id": id, "amount": amount}), &because.after(&opened, owner));
    });
}

fn deposit(world: &mut World) {
    let number = world.random.range(1..ACCOUNTS + 1);
    let amount = world.random.range(1..40) * 5_000;
    let because = Because::new("payroll-service", &format!("deposit at {}", world.now));
    if number != 17 {
        // Closed accounts refuse; nothing is recorded then.
        let _ = world.try_ask::<Account>("Deposit", json!({"account_id": id(number), "amount": amount}), &because);
    }
}

/// Money leaves one account and, some seconds later, reaches another: or is given back.
fn transfer(world: &mut World, number: i64) {
    // Every ninth goes to an account that is closed by then.
    let from = world.random.range(1..ACCOUNTS - 3);
    let to = if number % 9 == 0 { 8 } else { world.random.range(1..ACCOUNTS - 3) };
    if from == to || [from, to].contains(&17) {
        return;
    }
    let transfer = format!("t-{}", 700 + number);
    let because = Because::new(owner(from), &format!("transfer {transfer}"));
    let balance = world.state::<Account>(&id(from)).balance;
    let amount = balance * world.random.range(5..40) / 100 / 1_000 * 1_000;
    let fields = json!({"account_id": id(from), "amount": amount, "transfer_id": transfer});
    // Whoever has no money cannot send any.
    let Ok((withdrawn, _)) = world.try_ask::<Account>("Withdraw", fields, &because) else { return };
    let withdrawal = world.state::<Account>(&id(from)).withdrawals;
    world.after(SECOND..20 * SECOND, move |world| {
        let because = because.after(&withdrawn, "accounts-service");
        let fields = json!({"account_id": id(to), "amount": amount, "transfer_id": transfer});
        if let Err(refusal) = world.try_ask::<Account>("Deposit", fields, &because) {
            let fields = json!({
                "account_id": id(from),
                "withdrawal": withdrawal,
                "original_event_id": withdrawn,
                "reason": format!("{transfer} failed: {refusal}"),
            });
            world.ask::<Account>("CompensateWithdrawal", fields, &because);
        }
    });
}

fn close(world: &mut World, number: i64) {
    let because = Because::new(owner(number), &format!("closing of account {}", id(number)));
    let balance = world.state::<Account>(&id(number)).balance;
    let withdrawn = world.ask::<Account>("Withdraw", json!({"account_id": id(number), "amount": balance}), &because);
    world.ask::<Account>("CloseAccount", json!({"account_id": id(number)}), &because.after(&withdrawn, owner(number)));
}
