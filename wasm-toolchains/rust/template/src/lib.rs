//! Orders in, one line of a packing list out for each.

use flow_agent::{Datetime, Duration, Filesize, Result, error};
use serde::{Deserialize, Serialize};

/// What comes in; fields that are not named here are skipped.
#[derive(Deserialize)]
struct Order {
    id: i64,
    customer: String,
    placed: Datetime,
    items: Vec<Item>,
    #[serde(default)]
    notes: String,
}

#[derive(Deserialize)]
struct Item {
    quantity: u32,
    price: f64,
}

/// What goes out; `agent.toml` says the same in Nushell's types.
#[derive(Debug, PartialEq, Serialize)]
struct Packing {
    id: i64,
    customer: String,
    units: i64,
    total: f64,
    placed: Datetime,
    /// How long it takes to pack: a minute, and ten seconds for each unit.
    packing: Duration,
    notes: Filesize,
}

fn handle(order: Order) -> Result<Packing> {
    if order.items.is_empty() {
        return Err(error!("order {} has no items", order.id));
    }
    let units = order
        .items
        .iter()
        .map(|item| i64::from(item.quantity))
        .sum::<i64>();
    let total = order
        .items
        .iter()
        .map(|item| f64::from(item.quantity) * item.price)
        .sum::<f64>();
    Ok(Packing {
        id: order.id,
        customer: order.customer,
        units,
        total: (total * 100.0).round() / 100.0,
        placed: order.placed,
        packing: Duration::from_seconds(60 + 10 * units),
        notes: Filesize::from_length(order.notes.len()),
    })
}

flow_agent::handler!(handle);

#[cfg(test)]
mod tests {
    use super::*;

    fn order(items: Vec<Item>) -> Order {
        Order {
            id: 7,
            customer: "Zoë".to_owned(),
            placed: "2026-11-23T08:30:00+01:00".parse().unwrap(),
            items,
            notes: "ring twice".to_owned(),
        }
    }

    #[test]
    fn an_order_is_summed_up() {
        let items = vec![
            Item {
                quantity: 2,
                price: 9.95,
            },
            Item {
                quantity: 1,
                price: 0.1,
            },
        ];
        let packing = handle(order(items)).unwrap();
        assert_eq!((packing.units, packing.total), (3, 20.0));
        assert_eq!(packing.packing, Duration::from_seconds(90));
        assert_eq!(packing.notes, Filesize(10));
    }

    #[test]
    fn an_order_without_items_is_an_error() {
        let error = handle(order(vec![])).unwrap_err();
        assert_eq!(error.to_string(), "order 7 has no items");
    }
}
