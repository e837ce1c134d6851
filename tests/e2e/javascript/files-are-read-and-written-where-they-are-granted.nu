# needs: engine:javascript
use std/assert
use ../../assertions.nu *

mkdir data
"one\ntwo\n" | save data/in.txt
"import fs from 'node:fs';
import { readFile } from 'node:fs/promises';

export default async function handle(step) {
  switch (step) {
    case 'read': return [fs.readFileSync('data/in.txt', 'utf8'), (await readFile('data/in.txt')).length];
    case 'list': return [fs.readdirSync('data'), fs.existsSync('data/in.txt'), fs.existsSync('data/no'), fs.statSync('data').isDirectory()];
    case 'missing': return fs.readFileSync('data/no');
    case 'write':
      fs.mkdirSync('data/a/b', { recursive: true });
      fs.writeFileSync('data/a/b/out.txt', 'x');
      fs.appendFileSync('data/a/b/out.txt', 'y');
      fs.rmSync('data/in.txt');
      return fs.readFileSync('data/a/b/out.txt', 'utf8');
    case 'outside': return fs.readFileSync('/etc/hostname', 'utf8');
    case 'escape': return fs.readFileSync('data/../../secret', 'utf8');
    case 'probe': return fs.existsSync('/etc/hostname');
  }
}
" | save files.js

let read = [read list probe] | flow run files.js --allow-dir data:ro
assert equal $read [["one\ntwo\n" 8] [[in.txt] true false true] false]
let missing = assert fails "flow::agent::error" { [missing] | flow run files.js --allow-dir data:ro }
$missing | assert contains "ENOENT: no such file or directory, open 'data/no'"
for step in [outside escape] {
    assert fails "flow::agent::error" { [$step] | flow run files.js --allow-dir data:ro } | assert contains "EACCES"
}
let refused = assert fails "flow::agent::error" { [read] | flow run files.js }
$refused | assert contains "EACCES: permission denied, open 'data/in.txt'"
$refused | assert contains "--allow-dir data:ro"
assert fails "flow::agent::error" { [write] | flow run files.js --allow-dir data:ro } | assert contains "--allow-dir"
assert equal ([write] | flow run files.js --allow-dir data:rw) [xy]
assert equal (open data/a/b/out.txt) xy
assert not ("data/in.txt" | path exists)
