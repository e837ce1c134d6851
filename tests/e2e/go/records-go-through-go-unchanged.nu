# needs: go
use std/assert
use ../../assertions.nu *

# A single file outside of any module is an agent too.
'package main

import "flow"

func main() {
	flow.Handle(func(record any) (any, error) { return record, nil })
}
' | save echo.go
let values = [
    0 -1 9007199254740993 9223372036854775807 -9223372036854775808
    1.5 -0.25 1e300
    "" "ä€🐕" "line\nfeed" "quote \" and \\" "<&>"
    true false
    [] [1 [2 [3]]] {} { a: 1, b: { c: [null] }, "with space": "x" }
]
for value in $values {
    let result = [$value] | flow run echo.go
    assert equal $result [$value]
    assert equal ($result.0 | describe) ($value | describe)
}
assert equal (1..10000 | flow run echo.go | math sum) 50005000
assert equal ([] | flow run echo.go) []
let huge = { text: ("x" | fill --width 4000000 --character "ü"), rows: (1..2000 | each {|n| { n: $n } }) }
assert equal ([$huge] | flow run echo.go | first) $huge

'package main

import (
	"time"

	"flow"
)

type Cells struct {
	At    flow.Datetime `json:"at"`
	Took  flow.Duration `json:"took"`
	Size  flow.Filesize `json:"size"`
	Bytes flow.Binary   `json:"bytes"`
}

func main() {
	flow.Handle(func(record Cells) (any, error) {
		if record.Took == 0 {
			return nil, nil
		}
		return flow.Many[any](record, flow.Duration(time.Minute), "end"), nil
	})
}
' | save cells.go
let cells = { at: 2026-01-02T03:04:05+01:00, took: 1500ms, size: 2kb, bytes: 0x[61 62] }
let came = [$cells {}] | flow run cells.go --typed
assert equal $came [$cells 1min "end"]
let plain = [{ at: "2026-01-02T03:04:05+01:00", took: 5, size: 2, bytes: [1 2] }] | flow run cells.go | first
assert equal ($plain | values | each { describe }) [datetime duration filesize binary]

let misfit = [{ at: "yesterday" } { size: 1.5 } { size: "1kb" }] | flow run cells.go | outcomes
$misfit.0.failed | assert contains "`at`"
$misfit.1.failed | assert contains "`size`"
$misfit.2.failed | assert contains "a whole number of bytes"

'package main

import "flow"

func main() {
	flow.Handle(func(record int) (map[string][]any, error) {
		return map[string][]any{"a": {1, uint64(1) << 63}}, nil
	})
}
' | save large.go
let large = [1] | flow run large.go | outcomes
$large.0.failed | assert contains "a.1"
