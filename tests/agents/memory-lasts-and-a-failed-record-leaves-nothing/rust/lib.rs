//! Keeps a total.

use flow_agent::{Result, error, memory};

#[derive(serde::Serialize)]
struct Counted {
    total: i64,
    first: bool,
    deleted: bool,
    keys: Vec<String>,
}

fn handle(number: i64) -> Result<Counted> {
    let first = memory::compare_and_set("counts", "first", None, &true)?;
    let total = memory::get("counts", "total")?.unwrap_or(0) + number;
    memory::set("counts", "total", &total)?;
    let deleted = memory::delete("counts", "gone")?;
    if number < 0 {
        return Err(error!("negative"));
    }
    let keys = memory::list_keys("counts", "", None)?.keys;
    Ok(Counted {
        total,
        first,
        deleted,
        keys,
    })
}

flow_agent::handler!(handle);
