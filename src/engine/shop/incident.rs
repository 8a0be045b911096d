//! What goes wrong in the shop.

/// Something that goes wrong, or is mended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// A terminal of the warehouse writes a count below zero, past the rules: the stock's projection stops there.
    NegativeCount,
    /// The payment gateway refuses every refund from now on.
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
