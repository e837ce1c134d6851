# needs: git
use std/assert
use ../../assertions.nu *

let devbox = '// The tools of our project.
{
  "packages": [
    "jq@1.7", // pinned: 1.8 prints numbers in another way
  ],
  /* Plugins are checked by Ada. */
  "include": ["github:ada/plugins?dir=x",],
  "env": { "A": "1" }, // last
}
'
mkdir .devcontainer
'{ "image": "ours" } // not to be touched' | save .devcontainer/devcontainer.json
$devbox | save devbox.json
git init --quiet
git add --all
git -c user.name=a -c user.email=a@b commit --quiet --message "Ours"

# What would be done is shown, and not done.
let shown = flow template add rust python --dry-run
assert equal (git status --porcelain) ""
let difference = $shown | where path == devbox.json | get 0.difference
$difference | assert contains '+  "include": ["github:ada/plugins?dir=x", "path:.flow/devbox/rust", "path:.flow/devbox/python"],'
assert equal ($shown | where action == create | get difference | all { $in starts-with "--- /dev/null" }) true

let added = flow template add rust --with [tests spin] | append (flow template add python)
assert equal ($added | where path =~ plugin.json | select template path action) [
    [template path action];
    [rust .flow/devbox/rust/plugin.json create]
    [python .flow/devbox/python/plugin.json create]
]
let now = open --raw devbox.json
assert equal ($now | lines | where $it !~ include) ($devbox | lines | where $it !~ include)
$now | assert contains "pinned: 1.8 prints"
assert equal (open .devcontainer/flow-rust/devcontainer.json | get postCreateCommand | columns) [targets tests]
open .flow/devbox/rust/plugin.json | get packages | to nuon | assert contains "fermyon-spin@"
assert equal (git status --porcelain .devcontainer/devcontainer.json) ""
assert equal (flow template list | where added | get name) [python rust]

# Again is nothing new.
assert equal (flow template add rust --with [tests spin] | get action | uniq) [keep]

# A file that was changed stays, and with it the whole template.
"changed" | save --force .devcontainer/flow-rust/devcontainer.json
let error = assert fails "flow::template::modified" {|| flow template remove python rust }
$error | assert contains ".devcontainer/flow-rust/devcontainer.json"
assert equal (flow template list | where added | get name) [python rust]

let removed = flow template list | where added | flow template remove --force
assert equal ($removed | where path == devbox.json | get action) [update]
assert equal (git status --porcelain) "" "something was left behind"
assert equal (open --raw devbox.json) $devbox
assert not (".flow" | path exists)
