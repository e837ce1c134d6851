# needs: go, pyodide, engine:javascript, engine:nushell
use std/assert
use ../../assertions.nu *

install python
flow new rust packing | ignore

"def handle(row):
    return row | {'score': round(row['units'] / 40, 2)}
" | save score.py

"type Scored = { score: number; grade?: string };

export default function handle<T extends Scored>(row: T): T {
  return { ...row, grade: row.score > 0.8 ? 'large' : 'small' };
}
" | save grade.ts

"package main

import (
	\"fmt\"

	\"flow\"
)

type Row struct {
	ID       int    `json:\"id\"`
	Customer string `json:\"customer\"`
	Grade    string `json:\"grade\"`
}

type Label struct {
	Row
	Label string `json:\"label\"`
}

func main() {
	flow.Handle(func(row Row) (Label, error) {
		return Label{row, fmt.Sprintf(\"%s, %d\", row.Customer, row.ID)}, nil
	})
}
" | save label.go

"def handle [row: record] {
    if $row.grade == large { $row | reject customer | update label { str uppercase } }
}
" | save large.nu

let orders = open ($env.FLOW_TESTS | path join data orders.json)
let labels = $orders | flow run packing | flow run score.py | flow run grade.ts | flow run label.go | flow run large.nu
let labels = $labels | collect
assert equal ($labels | columns) [id grade label]
let expected = $orders
    | where {|order| (($order.items.quantity | math sum) / 40 | math round --precision 2) > 0.8 }
    | each {|order| { id: $order.id, grade: large, label: ($"($order.customer), ($order.id)" | str uppercase) } }
assert ($expected | is-not-empty)
assert equal $labels $expected
