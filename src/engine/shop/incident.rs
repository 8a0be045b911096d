//! What goes wrong in the shop.

use std::fmt;

/// Something that goes wrong, or is mended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// A terminal of the warehouse writes a count below zero, past the rules: the stock's projection stops there.
    NegativeCount,
    /// Every third card is declined from now on.
    CardsDeclined,
    /// Cards are taken again.
    CardsTaken,
    /// The payment gateway fails at every refund from now on.
    RefundsFail,
    /// The gateway refunds again.
    RefundsWork,
    /// The broker refuses the messages of the next order.
    BrokerRefuses,
    /// The projection of the daily revenue takes long for every event: it is noon.
    RevenueSlow,
    /// Noon is over.
    RevenueFast,
    /// Somebody corrects a row of a read model by hand, and gets it wrong.
    RowSpoilt,
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Incident::NegativeCount => "a terminal in the warehouse counted below zero",
            Incident::CardsDeclined => "every third card is declined",
            Incident::CardsTaken => "cards are taken again",
            Incident::RefundsFail => "the payment gateway fails at refunds",
            Incident::RefundsWork => "the payment gateway refunds again",
            Incident::BrokerRefuses => "the broker refuses the messages of the next order",
            Incident::RevenueSlow => "it is noon: the projection of the revenue is slow",
            Incident::RevenueFast => "noon is over",
            Incident::RowSpoilt => "somebody corrected a row of a read model by hand",
        })
    }
}
