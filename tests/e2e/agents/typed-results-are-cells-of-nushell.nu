use std/assert
use ../../assertions.nu *

flow new rust sizes
'use flow_agent::{Datetime, Filesize};

#[derive(serde::Deserialize)]
struct File { name: String, size: Filesize, modified: Datetime }

#[derive(serde::Serialize)]
struct Found { name: String, size: Filesize, modified: Datetime }

fn handle(file: File) -> Found {
    Found { name: file.name.to_uppercase(), size: file.size, modified: file.modified }
}

flow_agent::handler!(handle);
' | save --force sizes/src/lib.rs
'[signature]
input = "record<name: string, size: filesize, modified: datetime>"
output = "record<name: string, size: filesize, modified: datetime>"
' | save --force sizes/agent.toml

mkdir files
"x" | fill --width 2000 --character x | save files/large.txt
"x" | save files/small.txt
let found = ls files | flow run sizes | where size > 1kb
assert equal ($found | get name) ["FILES/LARGE.TXT"]
assert equal ($found | get 0.size) (ls files/large.txt | get 0.size)
assert equal ($found | get 0.modified) (ls files/large.txt | get 0.modified)
assert equal ($found | describe) "table<name: string, size: filesize, modified: datetime>"

# What does not fit is refused by its place, not handed on.
failure {|| [{ name: 3, size: 1kb, modified: (date now) }] | flow run sizes } | to json | assert contains "`name`"
