use std/assert
use ../../assertions.nu *

let languages = flow template list | get languages | flatten
assert equal ($languages | sort) [go javascript nushell python rust typescript]
let templates = flow template list | get name

let added = flow template add ...$templates
assert equal ($added.action | uniq) [create]
assert equal (open devbox.json) {
    packages: []
    include: ($templates | each {|name| $"path:.flow/devbox/($name)" })
}
for name in $templates {
    let shown = flow template show $name
    assert equal (open --raw $shown.files.0.path) $shown.files.0.text
    assert equal (open $shown.files.1.path | get image) $shown.image
}
# Those of JavaScript are those of TypeScript.
assert equal (flow template add javascript | get action | uniq) [keep]

$templates | flow template remove
assert equal (ls --all | length) 0
