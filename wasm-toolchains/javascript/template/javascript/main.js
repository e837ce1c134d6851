// Orders in, one line of a packing list out for each.

import { Duration, Filesize } from "flow";

/** `agent.toml` says in Nushell's types what comes in and goes out. */
export default function handle(order) {
  if (order.items.length === 0) {
    throw new Error(`order ${order.id} has no items`);
  }
  const units = order.items.reduce((sum, item) => sum + item.quantity, 0);
  const total = order.items.reduce((sum, item) => sum + item.quantity * item.price, 0);
  return {
    id: order.id,
    customer: order.customer,
    units,
    total: Math.floor(total * 100 + 0.5) / 100,
    placed: new Date(order.placed),
    // How long it takes to pack: a minute, and ten seconds for each unit.
    packing: Duration.seconds(60 + 10 * units),
    notes: new Filesize(new TextEncoder().encode(order.notes ?? "").length),
  };
}
