// In cents, because money that is added up in doubles is not always what it was.
const cents = (event) => {
  const data = event.data;
  if (typeof data === 'string') return Math.round(100 * /amount: '?([0-9.]+)/.exec(data)[1]);
  const amount = data.amount ?? data.Amount;
  return Number.isInteger(data.amount_cents) ? data.amount_cents : Math.round(100 * amount);
};
const captured = (state, event) => ({ ...state, captured: state.captured + cents(event) });
const refunded = (state, event) => ({ ...state, refunded: state.refunded + cents(event) });

fromAll().foreachStream().when({
  $init: () => ({ captured: 0, refunded: 0 }),
  PaymentCaptured: captured, payment_captured: captured,
  PaymentRefunded: refunded, payment_refunded: refunded,
});
