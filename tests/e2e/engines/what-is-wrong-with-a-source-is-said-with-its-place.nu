# needs: engine:javascript, engine:nushell
use std/assert
use ../../assertions.nu *

# A syntax error is a row, and an error with a label.
for case in [
    { file: wrong.js, text: "export default function handle(record) {\n  return ];\n}\n", line: 2 }
    { file: wrong.nu, text: "def handle [record] {\n  if true {\n}\n", line: 1 }
] {
    $case.text | save --force $case.file
    let row = flow build $case.file --keep-going | first
    assert equal [$row.ok ($row.messages | is-not-empty)] [false true]
    assert equal $row.messages.0.file $case.file
    assert ($row.messages.0.line >= $case.line)
    assert fails "flow::build::compile" {|| [1] | flow run $case.file } | assert contains $case.file
}

# What fails while it loads fails where it is run, and where it is built.
"throw new Error('not today');\nexport default function handle(record) {}\n" | save fails.js
assert fails "flow::agent::error" {|| 1 | flow run fails.js } | assert contains "fails.js:1"
let row = flow build fails.js --keep-going | first
assert ($row.error has "not today") $row.error
assert ($row.error has "fails.js:1") $row.error

# An agent that asks for what its language has not is refused before it runs.
mkdir networked
"def handle [record] { $record }" | save alone.nu
"def handle [record] { $record }" | save networked/main.nu
"[agent]\nlanguage = \"nushell\"\n[permissions]\nnet = [\"example.org:443\"]\n" | save networked/agent.toml
assert fails "flow::build::network" {|| 1 | flow run networked } | assert contains "agent.toml:4:8"
assert fails "flow::build::network" {|| 1 | flow run alone.nu --allow-net example.org:443 } | assert contains "agents in nushell"

# An engine that is not there is named, with the command that installs it.
$env.FLOW_ENGINES = $env.PWD | path join nowhere
assert fails "flow::engine::missing" {|| 1 | flow run wrong.js } | assert contains "flow toolchain install javascript"
assert fails "flow::engine::missing" {|| flow build wrong.nu } | assert contains "flow toolchain install nushell"
