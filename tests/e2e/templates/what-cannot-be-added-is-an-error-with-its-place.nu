use std/assert
use ../../assertions.nu *

assert fails "flow::template::unknown" {|| flow template add rsut } | assert contains "write `rust`"
assert fails "flow::template::unknown" {|| flow template show cobol } | assert contains "javascript"
assert fails "flow::template::part" {|| flow template add rust --with [tets] } | assert contains "write `tests`"
assert fails "flow::template::input" {|| flow template add } | assert contains "no template is named"
assert fails "flow::template::input" {|| [[a]; [1]] | flow template remove } | assert contains "column `name`"
assert fails "flow::template::absent" {|| flow template remove rust } | assert contains "`rust`"
assert equal (ls --all | length) 0 "something was written"

# Where Devbox could not read it either.
"{\n  \"packages\": [\n    \"jq\"\n    \"git\"\n  ]\n}\n" | save devbox.json
let error = assert fails "flow::template::devbox" {|| flow template add rust }
$error | assert contains "devbox.json:3:9: expected comma"
"{\n  // two of them\n  \"include\": [\"path:a\", \"path:./a\"]\n}\n" | save --force devbox.json
assert fails "flow::template::devbox" {|| flow template add rust } | assert contains "devbox.json:3:25: Devbox refuses"
assert equal (ls --all | get name) [devbox.json]

# A name clash: what flow did not write is not overwritten.
"{}" | save --force devbox.json
mkdir .devcontainer/flow-rust
"mine" | save .devcontainer/flow-rust/devcontainer.json
assert fails "flow::template::clash" {|| flow template add python rust } | assert contains ".devcontainer/flow-rust/devcontainer.json"
assert equal (open --raw .devcontainer/flow-rust/devcontainer.json) "mine"
assert equal (open --raw devbox.json) "{}"
rm --recursive .devcontainer

# A project that is read-only: all is as before.
chmod 444 devbox.json
assert fails "flow::template::io" {|| flow template add rust } | assert contains "make the project writable"
assert equal (ls --all | get name) [devbox.json]
chmod 644 devbox.json
"in the way" | save .flow
assert fails "flow::template::io" {|| flow template add rust } | assert contains ".flow"
assert equal (ls --all | get name) [.flow devbox.json]
rm .flow

# A link out of the project is not followed.
mkdir ../elsewhere
ln -s ../elsewhere .flow
assert fails "flow::template::outside" {|| flow template add rust } | assert contains "leads out of the project"
assert equal (ls ../elsewhere | length) 0
