//! Whatever is lost, refused, late or said twice, and whenever the customer cancels: the saga ends, and what it did is
//! either all done or all undone.

use super::world::World;
use crate::aggregates::order::OrderStatus;
use crate::processes::SagaStatus;
use crate::saga::{Due, Outcome, Outgoing, Signal};
use proptest::prelude::*;
use serde_json::json;

/// What the world does next.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// Carries out what was asked for first, and answers.
    Answer,
    /// Carries it out and answers later.
    Delay,
    /// Carries it out and never answers.
    Lose,
    /// Does not carry it out, and says so.
    Fail,
    /// Refuses for good.
    Refuse,
    /// Answers twice.
    Twice,
    /// Gives an answer that was delayed.
    Deliver,
    /// Lets time pass.
    Wait,
    /// The saga reads the log.
    Read,
    /// The customer cancels.
    Cancel,
    /// The runner starts again, and asks again for what is outstanding.
    Restart,
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        12 => Just(Turn::Answer),
        2 => Just(Turn::Delay),
        2 => Just(Turn::Lose),
        2 => Just(Turn::Fail),
        1 => Just(Turn::Refuse),
        2 => Just(Turn::Twice),
        2 => Just(Turn::Deliver),
        4 => Just(Turn::Wait),
        4 => Just(Turn::Read),
        1 => Just(Turn::Cancel),
        2 => Just(Turn::Restart),
    ]
}

fn take(world: &mut World, turn: Turn, delayed: &mut Vec<(Outgoing, Outcome)>) {
    let is_call = |asked: &Outgoing| matches!(asked.to, crate::saga::Recipient::Call { .. });
    match turn {
        Turn::Answer | Turn::Delay | Turn::Lose | Turn::Twice => {
            let Some(asked) = world.asked.pop_front() else { return };
            let outcome = world.carry_out(&asked);
            match turn {
                Turn::Delay => delayed.push((asked, outcome)),
                Turn::Lose => {}
                Turn::Twice => {
                    world.reply(&asked, outcome.clone());
                    world.reply(&asked, outcome);
                }
                _ => world.reply(&asked, outcome),
            }
        }
        Turn::Fail | Turn::Refuse => {
            let Some(asked) = world.asked.pop_front() else { return };
            // A service that has carried out a key says so, and the shop's own rules are what refuses a command.
            let known = world.effects.values().flatten().any(|key| *key == asked.key);
            let outcome = match turn {
                Turn::Refuse if is_call(&asked) && !known => Outcome::Refused("no".into()),
                Turn::Fail if !known => Outcome::Failed("away".into()),
                _ => world.carry_out(&asked),
            };
            world.reply(&asked, outcome);
        }
        Turn::Deliver => {
            if !delayed.is_empty() {
                let (asked, outcome) = delayed.remove(0);
                world.reply(&asked, outcome);
            }
        }
        Turn::Wait => {
            if world.due != Due::Never {
                world.signal(&Signal::Timeout);
            }
        }
        Turn::Read => world.take_event(),
        Turn::Cancel => {
            // The order's rules say whether it still can be.
            let _ = world.command("CancelOrder", &json!({"order_id": "1017", "reason": "changed my mind"}));
        }
        Turn::Restart => {
            world.asked.clear();
            let state = world.state.clone();
            world.asked.extend(state.and_then(|state| state.outstanding(super::world::SAGA)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn it_ends_and_all_is_done_or_all_is_undone(
        stock in prop_oneof![3 => Just((10, 10)), 1 => Just((1, 10)), 1 => Just((10, 1))],
        turns in prop::collection::vec(turn(), 0..120),
    ) {
        let mut world = World::with_stock(stock.0, stock.1);
        if stock.1 == 1 {
            world.command("ReserveStock", &json!({"sku": "SKU-2", "order_id": "9", "quantity": 1})).unwrap();
        }
        let before = (world.reserved(), world.on_hand());
        let mut delayed = Vec::new();
        for turn in turns {
            take(&mut world, turn, &mut delayed);
        }
        // Then everybody works again, and a person takes up what was given up.
        for _ in 0..12 {
            for (asked, outcome) in delayed.drain(..) {
                world.reply(&asked, outcome);
            }
            take(&mut world, Turn::Restart, &mut delayed);
            world.play(|_| None);
            if world.status == SagaStatus::CompensationFailed {
                world.signal(&Signal::Retry { by: "kim".into() });
            }
        }
        prop_assert!(world.status.is_over() && world.status != SagaStatus::CompensationFailed, "{:?}", world.state);
        prop_assert_eq!(world.due, Due::Never);
        prop_assert!(world.did("payment.charge") <= 1 && world.did("payment.refund") <= 1);
        prop_assert!(world.did("shipping.book") <= 1);
        let story = format!("{:#?}", world.story());
        if world.status == SagaStatus::Completed {
            prop_assert_eq!(world.order.status, OrderStatus::Shipping);
            prop_assert_eq!((world.did("payment.charge"), world.did("payment.refund")), (1, 0));
            prop_assert_eq!((world.payment.captured, world.payment.refunded), (7_000, 0));
            prop_assert_eq!((world.reserved(), world.on_hand()), (before.0, before.1 - 3));
        } else {
            prop_assert_eq!(world.order.status, OrderStatus::Cancelled, "{}", story);
            prop_assert_eq!(world.payment.captured, world.payment.refunded, "{}", story);
            prop_assert_eq!((world.reserved(), world.on_hand()), before, "{}", story);
            prop_assert!(world.did("payment.refund") >= world.did("payment.charge"), "{}", story);
            prop_assert!(world.did("shipping.cancel") >= world.did("shipping.book"), "{}", story);
            prop_assert!(world.did("inventory.release") >= world.did("inventory.reserve"), "{}", story);
        }
        if world.status == SagaStatus::Failed {
            prop_assert_eq!((world.did("payment.charge"), world.did("inventory.reserve")), (0, 0));
        }
        // Nothing is undone that was not asked for.
        for (undone, done) in [
            ("payment.refund", "payment.charge"),
            ("inventory.release", "inventory.reserve"),
            ("shipping.cancel", "shipping.book"),
            ("RefundPayment", "CapturePayment"),
            ("ReleaseStock", "ReserveStock"),
        ] {
            let asked = |name: &str| {
                let sent = world.lines.iter().filter_map(|line| line.sent.as_ref());
                sent.filter(|sent| sent.name() == name).count()
            };
            prop_assert!(asked(undone) == 0 || asked(done) > 0, "{undone} without {done}");
        }
    }
}
