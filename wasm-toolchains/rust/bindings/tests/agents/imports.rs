//! An agent that calls every import once, built by `contract.rs`.
use flow_agent::{Many, Result, many, memory, peers};

fn handle(key: &str) -> Result<Many<impl Iterator<Item = String>>> {
    let before = memory::get::<i64>("numbers", key)?;
    memory::set("numbers", key, &1)?;
    memory::set_for("numbers", key, &2, std::time::Duration::from_secs(60))?;
    let swapped = memory::compare_and_set("numbers", key, before.as_ref(), &3)?;
    let page = memory::list_keys("numbers", "", None)?;
    let deleted = memory::delete("numbers", key)?;
    let answer: String = peers::call("tokenize", &key)?;
    Ok(many([
        format!("{before:?} {swapped} {deleted}"),
        format!("{page:?}"),
        answer,
    ]))
}

flow_agent::handler!(handle);
