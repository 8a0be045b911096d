//! What is going to happen in the shop, and when: customers, the warehouse, the bank, and the day's misfortunes.

use super::catalogue::{OLD_USERS, PRODUCTS, Product};
use super::incident::Incident;
use crate::engine::Chance;
use std::collections::BTreeMap;
use std::time::Duration;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

/// The place in the catalogue of the product that the warehouse loses count of.
pub const MISCOUNTED: usize = 8;

/// How often a delivery is tried before nobody waits for it any more.
const DELIVERIES: u32 = 4;

/// One thing that somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A customer orders.
    Order {
        /// The number of the order.
        order: u64,
        /// Who.
        customer: usize,
        /// What, and how many of each.
        items: Vec<(usize, i64)>,
        /// Whether it was planned by hand, so that it is confirmed for sure and no other order follows from it.
        expected: bool,
    },
    /// The customer stands by it.
    Confirm {
        /// The number of the order.
        order: u64,
        /// Who.
        customer: usize,
    },
    /// The customer thinks better of it.
    ChangeMind {
        /// The number of the order.
        order: u64,
        /// Who.
        customer: usize,
    },
    /// The parcel is handed over, if it is on its way.
    Deliver {
        /// The number of the order.
        order: u64,
        /// How often it was tried.
        tries: u32,
    },
    /// Something comes into the warehouse.
    Restock {
        /// What.
        product: usize,
        /// How many.
        quantity: i64,
    },
    /// Somebody moves money.
    Transfer {
        /// From which account.
        from: u64,
        /// To which.
        to: u64,
        /// How much.
        amount: i64,
    },
    /// Something goes wrong.
    Incident(Incident),
}

/// What is going to happen, in order of time. The same for the same seed, whatever comes of it.
#[derive(Debug)]
pub struct Agenda {
    chance: Chance,
    plan: BTreeMap<(u64, u64), Act>,
    planned: u64,
    now: u64,
    orders: u64,
}

impl Agenda {
    /// A day that begins now. Orders are numbered from `first_order`.
    pub fn new(seed: u64, first_order: u64) -> Agenda {
        let mut agenda =
            Agenda { chance: Chance::seeded(seed), plan: BTreeMap::new(), planned: 0, now: 0, orders: first_order };
        agenda.next_order(5 * SECOND, 20 * SECOND);
        agenda.next_restock();
        agenda.next_transfer();
        agenda
    }

    /// Plans a misfortune at a time of the day.
    pub fn misfortune(&mut self, at: Duration, incident: Incident) {
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        self.plan(at.saturating_sub(self.now), Act::Incident(incident));
    }

    /// Plans that a customer orders something at a time of the day, and stands by it.
    pub fn order_at(&mut self, at: Duration, customer: usize, items: Vec<(usize, i64)>) {
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        self.plan(at.saturating_sub(self.now), Act::Order { order: 0, customer, items, expected: true });
    }

    /// How long it is from now until the next act, and when that is, since the day began.
    pub fn until_next(&self) -> Option<(Duration, Duration)> {
        let ((at, _), _) = self.plan.first_key_value()?;
        Some((Duration::from_millis(at.saturating_sub(self.now)), Duration::from_millis(*at)))
    }

    /// The next act. What follows from it is planned already.
    pub fn next_act(&mut self) -> Option<Act> {
        let ((at, _), mut act) = self.plan.pop_first()?;
        self.now = at;
        match &mut act {
            Act::Order { order, customer, expected, .. } => {
                // Orders are numbered as they come.
                *order = self.orders;
                self.orders += 1;
                let (order, customer, expected) = (*order, *customer, *expected);
                let wait = self.between(20 * SECOND, 90 * SECOND);
                if !expected && self.chance.below(12) == 0 {
                    self.plan(wait, Act::ChangeMind { order, customer });
                } else {
                    self.plan(wait, Act::Confirm { order, customer });
                    let wait = wait + self.between(8 * MINUTE, 25 * MINUTE);
                    self.plan(wait, Act::Deliver { order, tries: 1 });
                }
                if !expected {
                    self.next_order(MINUTE, 5 * MINUTE);
                }
            }
            Act::Restock { .. } => self.next_restock(),
            Act::Transfer { .. } => self.next_transfer(),
            _ => {}
        }
        Some(act)
    }

    /// Tries a delivery again later, if anybody still waits for it.
    pub fn deliver_later(&mut self, order: u64, tries: u32) {
        if tries < DELIVERIES {
            let wait = self.between(10 * MINUTE, 20 * MINUTE);
            self.plan(wait, Act::Deliver { order, tries: tries + 1 });
        }
    }

    fn plan(&mut self, after: u64, act: Act) {
        self.planned += 1;
        self.plan.insert((self.now.saturating_add(after), self.planned), act);
    }

    fn next_order(&mut self, soonest: u64, latest: u64) {
        let wait = self.between(soonest, latest);
        let customer = self.below(OLD_USERS.len());
        let mut items: Vec<(usize, i64)> = Vec::new();
        for _ in 0..[1, 1, 1, 2, 2, 3][self.below(6)] {
            let product = self.below(PRODUCTS.len());
            if items.iter().all(|(known, _)| *known != product) {
                items.push((product, 1 + self.chance.below(2) as i64));
            }
        }
        self.plan(wait, Act::Order { order: 0, customer, items, expected: false });
    }

    fn next_restock(&mut self) {
        let wait = self.between(5 * MINUTE, 12 * MINUTE);
        // What the warehouse believes to have is not ordered anew.
        let product = match self.below(PRODUCTS.len()) {
            MISCOUNTED => MISCOUNTED + 1,
            other => other,
        };
        let quantity = 10 * (1 + self.chance.below(4) as i64);
        self.plan(wait, Act::Restock { product, quantity });
    }

    fn next_transfer(&mut self) {
        let wait = self.between(4 * MINUTE, 11 * MINUTE);
        let (from, to) = (101 + self.chance.below(30), 101 + self.chance.below(30));
        let amount = 5_000 * (1 + self.chance.below(8) as i64);
        self.plan(wait, Act::Transfer { from, to: if to == from { 101 + (to - 100) % 30 } else { to }, amount });
    }

    fn between(&self, soonest: u64, latest: u64) -> u64 {
        soonest + self.chance.below(latest.saturating_sub(soonest))
    }

    fn below(&self, limit: usize) -> usize {
        self.chance.below(limit as u64) as usize
    }
}

/// A product by its place in the catalogue.
pub fn product(place: usize) -> &'static Product {
    &PRODUCTS[place % PRODUCTS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_day() {
        let day = |seed| {
            let mut agenda = Agenda::new(seed, 2001);
            (0..200).map_while(|_| agenda.next_act()).collect::<Vec<_>>()
        };
        assert_eq!(day(7), day(7));
        assert_ne!(day(7), day(8));
        assert!(day(7).iter().any(|act| matches!(act, Act::Transfer { from, to, .. } if from != to)));
        assert!(day(7).iter().all(|act| !matches!(act, Act::Transfer { from, to, .. } if from == to)));
    }

    #[test]
    fn acts_come_in_order_of_time_and_misfortunes_at_theirs() {
        let mut agenda = Agenda::new(7, 2001);
        agenda.misfortune(Duration::from_secs(600), Incident::NegativeCount);
        let (mut last, mut struck) = (Duration::ZERO, None);
        for _ in 0..60 {
            let (_, at) = agenda.until_next().unwrap();
            assert!(at >= last);
            last = at;
            if agenda.next_act() == Some(Act::Incident(Incident::NegativeCount)) {
                struck = Some(at);
            }
        }
        assert_eq!(struck, Some(Duration::from_secs(600)));
    }
}
