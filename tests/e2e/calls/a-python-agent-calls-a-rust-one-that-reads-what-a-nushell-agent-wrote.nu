# needs: engine:nushell, pyodide
use std/assert
use ../../assertions.nu *
use ../../calls.nu *

install python
mkdir .flow

"def handle [price: record<sku: string, price: float>] {
    flow memory set prices $price.sku $price.price
    $price.sku
}" | save remember.nu

"import flow

def handle(sku):
    return flow.call('price', {'sku': sku, 'quantity': 2})
" | save quote.py

flow new rust price | ignore
"use flow_agent::{Result, error, memory};

#[derive(serde::Deserialize)]
struct Order {
    sku: String,
    quantity: u32,
}

#[derive(serde::Serialize)]
struct Quote {
    sku: String,
    total: f64,
}

fn handle(order: Order) -> Result<Quote> {
    let price: Option<f64> = memory::get(\"prices\", &order.sku)?;
    let price = price.ok_or_else(|| error!(\"no price of {}\", order.sku))?;
    Ok(Quote {
        total: price * f64::from(order.quantity),
        sku: order.sku,
    })
}

flow_agent::handler!(handle);
" | save --force price/src/lib.rs
"[permissions]\nmemory = [\"prices:ro\"]\n" | save --force price/agent.toml

let prices = [[sku price]; [tea 2.5] [rice 1.25] [salt 0.5]]
let quotes = $prices | flow run remember.nu --allow-memory prices | flow run quote.py --allow-agent ./price
assert equal $quotes [[sku total]; [tea 5.0] [rice 2.5] [salt 1.0]]
assert equal (stored prices) { rice: 1.25, salt: 0.5, tea: 2.5 }

# The same as a table of the calls.
let trace = $prices | flow run remember.nu --allow-memory prices | flow run quote.py --allow-agent ./price --trace
let pair = [[caller callee error]; [null quote null] [quote price null]]
assert equal ($trace | select caller callee error) ($pair ++ $pair ++ $pair)
for rows in ($trace | chunks 2) {
    assert ($rows.0.duration > $rows.1.duration) $"a call lasts longer than what it waits for: ($rows)"
    assert ($rows.1.duration > 0ns) $"it takes time: ($rows)"
}
# Both texts as they travel.
let asked = { sku: rice, quantity: 2 } | to json --raw
let answered = { sku: rice, total: 2.5 } | to json --raw
assert equal $trace.3.bytes ($asked + $answered | str length | into filesize)

# What was not written is an error through both, and the next record is not touched.
let results = [pepper salt] | flow run quote.py --allow-agent ./price | outcomes
$results.0.failed | assert contains "price: no price of pepper"
assert equal $results.1 { sku: salt, total: 1.0 }
