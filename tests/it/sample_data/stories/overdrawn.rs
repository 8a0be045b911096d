//! A withdrawal is compensated twice, the money is spent, and taking it back leaves the account below zero.

use crate::sample_data::accounts;
use crate::sample_data::time::{self, DAY, HOUR, MINUTE, SECOND};
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::Account;
use serde_json::json;

pub fn plan(world: &mut World) {
    let opens = time::start() + 4 * HOUR + 12 * MINUTE;
    world.at(opens, |world| {
        let id = accounts::id(17);
        let because = Because::new("song", "opening of account 117");
        let opened = world.ask::<Account>(
            "OpenAccount",
            json!({"account_id": id, "owner": "song", "currency": "KRW"}),
            &because,
        );
        world.now += 3 * MINUTE;
        world.ask::<Account>("Deposit", json!({"account_id": id, "amount": 500_000}), &because.after(&opened, "song"));
    });
    world.at(time::start() + DAY + 2 * HOUR, transfer);
}

fn transfer(world: &mut World) {
    let id = accounts::id(17);
    let because = Because::new("song", "transfer t-699");
    let fields = json!({"account_id": id, "amount": 300_000, "transfer_id": "t-699"});
    let withdrawn = world.ask::<Account>("Withdraw", fields, &because);
    world.now += 9 * SECOND;
    let because = because.after(&withdrawn, "accounts-service");
    let reason = "t-699 failed: no such account";
    let fields = json!({"account_id": id, "withdrawal": 1, "original_event_id": withdrawn, "reason": reason});
    world.ask::<Account>("CompensateWithdrawal", fields, &because);

    // The settlement of the night finds the failed transfer in its own list and makes it good once more.
    let night = time::midnight(world.now) + DAY + HOUR + 40 * MINUTE;
    world.at(night, move |world| {
        let data = json!({
            "account_id": accounts::id(17),
            "withdrawal": 1,
            "original_event_id": withdrawn,
            "amount": 300_000,
            "reason": "settlement 2026-01-06: t-699 open",
        });
        let settled = Because { actor: "settlement-batch".into(), ..because };
        let again = world.append_raw::<Account>(&accounts::id(17), "WithdrawalCompensated", 1, data, &settled);
        world.at(night + 10 * HOUR, move |world| spend(world, settled.after(&again, "legacy-billing")));
    });
}

/// By the rules the money is there to be spent. Billing then takes back what was never owed, without asking them.
fn spend(world: &mut World, because: Because) {
    let id = accounts::id(17);
    world.ask::<Account>(
        "Withdraw",
        json!({"account_id": id, "amount": 700_000}),
        &Because::new("song", "a new bicycle"),
    );
    world.after(3 * HOUR..4 * HOUR, move |world| {
        let data = json!({"account_id": id, "withdrawal": 3, "amount": 300_000});
        world.append_raw::<Account>(&id, "MoneyWithdrawn", 1, data, &because);
    });
}
