# needs: engine:javascript
use std/assert
use ../../assertions.nu *

"for await (const chunk of process.stdin.setEncoding('utf8')) {
  for (const line of chunk.trim().split('\\n')) {
    const record = JSON.parse(line);
    console.log(JSON.stringify({ twice: 2 * record.n }));
    console.error(`saw ${record.n}`);
  }
}
" | save stream.js
assert equal ([{ n: 1 } { n: 2 }] | flow run stream.js) [{ twice: 2 } { twice: 4 }]

"import { readFileSync } from 'node:fs';
const text = readFileSync(0, 'utf8');
setTimeout(() => process.stdout.write(text.toUpperCase()), 10);
" | save upper.js
assert equal ("words" | flow run upper.js --input text --output text) WORDS

"import readline from 'node:readline';
for await (const line of readline.createInterface({ input: process.stdin })) console.log(line.length);
" | save lines.js
assert equal ("a\nbc\n" | flow run lines.js --input text --output text) "1\n2\n"

"console.log('1');\nthrow new TypeError('not this');\n" | save throws.js
let failed = assert fails "flow::agent::status" {|| flow run throws.js }
$failed | assert contains "TypeError: not this"
$failed | assert contains "throws.js:2:"

"process.exitCode = 0; process.exit(0); console.log('not reached');" | save ends.js
assert equal ("x" | flow run ends.js --input text --output text | default "") ""
"await new Promise(() => {});" | save stuck.js
assert fails "flow::agent::status" {|| flow run stuck.js } | assert contains "never settles"
