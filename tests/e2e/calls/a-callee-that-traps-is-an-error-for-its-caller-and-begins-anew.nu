# needs: engine:javascript
use std/assert
use ../../assertions.nu *

let count = $"count=(guest handlers/counts-to-a-trap)"
"import { call } from 'flow';
export default async (records) => {
  const answers = [];
  for (const record of records) {
    try { answers.push(await call('count', record)); } catch (error) { answers.push(error.message); }
  }
  return answers;
};" | save ask.js

assert survives {||
    let answers = [[x x null x] [x]] | flow run ask.js --allow-agent $count
    assert equal ($answers.0 | select 0 1 3) [1 2 1]
    $answers.0.2 | assert contains "count: "
    $answers.0.2 | assert contains "unreachable"
    assert equal $answers.1 [2] "its new instance serves the next record too"

    # Where nobody catches it, it is the error of the record.
    "import { call } from 'flow';\nexport default (record) => call('count', record);" | save trusts.js
    let results = [x null x] | flow run trusts.js --allow-agent $count | outcomes
    assert equal [$results.0 $results.2] [1 1]
    $results.1.failed | assert contains "count: "
}
