//! A component with exports of every type that `flow call` speaks, and of one that it refuses.

mod bindings {
    wit_bindgen::generate!({ world: "typed", path: "wit" });
    use super::Component;
    export!(Component);
}

use bindings::exports::flow::tests::{desk, shop};

struct Component;

impl bindings::Guest for Component {
    fn greet(name: String) -> String {
        format!("hello, {name}")
    }
}

impl shop::Guest for Component {
    fn total(items: Vec<shop::Item>) -> f64 {
        items
            .iter()
            .map(|item| item.price * f64::from(item.count))
            .sum()
    }

    fn shout(order: shop::Order) -> shop::Order {
        let items = order.items.into_iter();
        let items = items.map(|item| shop::Item {
            name: item.name.to_uppercase(),
            ..item
        });
        shop::Order {
            items: items.collect(),
            ..order
        }
    }

    fn pay(amount: u64, how: shop::Payment) -> Result<String, String> {
        if amount == 0 {
            return Err("nothing to pay".to_owned());
        }
        Ok(match how {
            shop::Payment::Cash => format!("{amount} in cash"),
            shop::Payment::Card(number) => format!("{amount} by card {number}"),
            shop::Payment::Transfer((account, reference)) => {
                format!("{amount} to {account}, reference {reference}")
            }
        })
    }

    fn larger(size: shop::Size) -> Option<shop::Size> {
        match size {
            shop::Size::Small => Some(shop::Size::Medium),
            shop::Size::Medium => Some(shop::Size::ExtraLarge),
            shop::Size::ExtraLarge => None,
        }
    }

    fn same_payment(how: shop::Payment) -> shop::Payment {
        how
    }

    fn ends(word: String) -> Option<(char, char)> {
        Some((word.chars().next()?, word.chars().last()?))
    }

    fn reverse(bytes: Vec<u8>) -> Vec<u8> {
        bytes.into_iter().rev().collect()
    }

    fn widen(a: u8, b: i8, c: u16, d: i16, e: u32, f: i32, g: bool, h: f32) -> Vec<i64> {
        vec![
            a.into(),
            b.into(),
            c.into(),
            d.into(),
            e.into(),
            f.into(),
            g.into(),
            h as i64,
        ]
    }

    fn largest() -> u64 {
        u64::MAX
    }

    fn fail() -> Result<(), ()> {
        Err(())
    }

    fn nothing() {}
}

struct Ticket(u32);

impl desk::GuestTicket for Ticket {
    fn new(number: u32) -> Self {
        Ticket(number)
    }

    fn number(&self) -> u32 {
        self.0
    }
}

impl desk::Guest for Component {
    type Ticket = Ticket;

    fn first() -> desk::Ticket {
        desk::Ticket::new(Ticket(1))
    }
}
