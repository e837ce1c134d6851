use std/assert
use ../../assertions.nu *

def --wrapped git [...arguments] { ^git -c user.name=z -c user.email=z@z -c init.defaultBranch=main ...$arguments | complete | get stdout | str trim }
def commits [path: path] { cd $path; git log --all --format=%s | lines }

mkdir home/agent/src
"x" | save home/agent/src/a
$env.HOME = "home" | path expand
do { cd home/agent; git init -q; git add .; git commit -qm first }

# A folder that holds flow's own workspaces: they stay where they are.
$env.FLOW_DATA_DIR = "home/data" | path expand
let made = flow provision rust 1 --name whole --provider local --from ~ | get 0
assert (($made.path | path join agent/src/a) | path exists)
assert not (($made.path | path join data/workspaces) | path exists)
assert fails "flow::workspace::from_itself" {|| flow provision rust 1 --name x --from home/data/workspaces } | assert contains "from here"

# A commit in a copy of a worktree is the copy's alone, and what was not committed comes along.
do { cd home/agent; git worktree add -q ../tree -b topic }
"y" | save home/tree/src/b
let tree = flow provision rust 1 --name tree --provider local --from home/tree | get 0.path
do { cd $tree; assert equal (git status --porcelain) "?? src/b"; git add .; git commit -qm second }
assert equal (commits home/agent) [first]
assert equal (commits $tree) [second first]
do { cd $tree; assert equal (git branch --show-current) topic }

# Commits that are nowhere else keep their workspace, on whichever branch they are.
let agent = flow provision rust 1 --name agent --provider local --from home/agent | get 0.path
do { cd $agent; git switch -qc work; "z" | save c; git add .; git commit -qm third; git switch -q main }
assert fails "flow::workspace::modified" {|| flow workspace delete agent-1 } | assert contains ".git/refs/heads/work"
do { cd $agent; git branch -qD work; "w" | save d; git add .; git stash -q }
assert fails "flow::workspace::modified" {|| flow workspace delete agent-1 } | assert contains ".git/refs/stash"
do { cd $agent; git stash drop -q }

# What tools made does not keep it; a folder of the user's that is only called so does.
cd $agent
mkdir web/node_modules/x rust/target/debug python/__pycache__ .venv
"{}" | save web/node_modules/x/index.js
"" | save rust/target/debug/x
"" | save python/__pycache__/a.pyc
"" | save .venv/pyvenv.cfg
"" | save web/package.json
"" | save rust/Cargo.toml
mkdir target
"thesis" | save target/notes.txt
let error = assert fails "flow::workspace::modified" {|| flow workspace delete agent-1 }
assert not ($error has node_modules)
assert not ($error has pycache)
assert not ($error has pyvenv)
assert not ($error has debug)
$error | assert contains "target/notes.txt"
