// What an order comes to, as it was reckoned until story 2 came to light.
fromCategory('order').foreachStream().when({
  $init: () => ({ status: 'NEW', items: [], discount: 0, total: 0 }),
  OrderPlaced: (state, { data }) => {
    state.status = 'PENDING';
    state.items = data.items.map(({ product_id, quantity, unit_price }) => ({ product_id, quantity, unit_price }));
    state.total = data.total;
  },
  ItemAdded: (state, { data: { item: { product_id, quantity, unit_price } } }) => {
    const known = state.items.find((item) => item.product_id === product_id && item.unit_price === unit_price);
    if (known) known.quantity += quantity;
    else state.items.push({ product_id, quantity, unit_price });
    state.total += quantity * unit_price;
  },
  ItemRemoved: (state, { data: { product_id, quantity } }) => {
    const known = state.items.find((item) => item.product_id === product_id);
    if (!known) return;
    known.quantity -= quantity;
    state.total -= quantity * known.unit_price;
    state.items = state.items.filter((item) => item.quantity !== 0);
  },
  CouponApplied: (state, { data }) => {
    state.total -= data.discount; // again, where the coupon was there already
    state.discount = data.discount;
  },
  OrderConfirmed: (state) => { state.status = 'CONFIRMED'; },
  PaymentCompleted: (state) => { state.status = 'PAID'; },
  ShippingStarted: (state) => { state.status = 'SHIPPING'; },
  OrderDelivered: (state) => { state.status = 'DELIVERED'; },
  OrderCancelled: (state) => { state.status = 'CANCELLED'; },
})
