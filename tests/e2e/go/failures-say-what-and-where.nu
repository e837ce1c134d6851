# needs: go
use std/assert
use ../../assertions.nu *

'package main

import (
	"errors"
	"fmt"
	"os"

	"flow"
)

type record struct{ next *record }

var kept [][]byte

func deeper(n int) int { return 1 + deeper(n+1) }

func main() {
	flow.Handle(handle)
}

func handle(number int) (any, error) {
	var nothing *record
	switch number {
	case 2:
		return nil, errors.New("no two")
	case 3:
		for {
		}
	case 4:
		return nothing.next, nil
	case 5:
		return deeper(0), nil
	case 6:
		for {
			kept = append(kept, make([]byte, 1<<20))
		}
	case 7:
		_, err := os.ReadFile("/etc/passwd")
		return nil, err
	case 8:
		panic(fmt.Sprintf("no %d", number))
	case 9:
		done := make(chan int)
		go func() { panic("in a goroutine") }()
		<-done
	case 10:
		<-make(chan int)
	case 11:
		os.Exit(3)
	case 12:
		_, err := flow.Memory("orders").Get("last", &nothing)
		return nil, err
	case 13:
		return nil, flow.Call("other", number, &nothing)
	case 14:
		return func() {}, nil
	}
	return number, nil
}
' | save bad.go
let results = 1..15 | flow run bad.go --timeout 2sec --memory 100mb | outcomes
assert equal ($results | length) 15
assert equal $results.0 1
assert equal $results.14 15
$results.1.failed | assert contains "no two"
$results.2.failed | assert contains "flow::agent::timeout"
$results.3.failed | assert contains "nil pointer dereference (bad.go:30)"
$results.4.failed | assert contains "recursed too deeply"
$results.5.failed | assert contains "flow::agent::memory"
$results.6.failed | assert contains "--allow-dir"
$results.7.failed | assert contains "panic: no 8 (bad.go:41)"
$results.8.failed | assert contains "in a goroutine"
$results.9.failed | assert contains "deadlock"
$results.10.failed | assert contains "exit"
$results.11.failed | assert contains "orders"
$results.12.failed | assert contains "other"
$results.13.failed | assert contains "unsupported type: func()"

# What does not compile is a table with places; what has none is not lost.
'package main

import "flow"

func main() {
	flow.Handle(handle)
}

func handle(n int) (int, error) {
	/* λ */ return n + "one", missing
}
' | save broken.go
let error = assert fails "flow::build::compile" { [1] | flow run broken.go }
$error | assert contains "broken.go:10:"
let rows = flow build broken.go --keep-going | get 0.messages
assert equal ($rows | select file line level) [[file line level]; [broken.go 10 error] [broken.go 10 error]]
assert equal ($rows | where message has "undefined: missing" | get column) [28]

flow new go newer | ignore
open --raw newer/go.mod | str replace "go 1.24" "go 1.99" | save --force newer/go.mod
assert fails "flow::build::compile" { flow build newer } | assert contains "go.mod requires go >= 1.99"
"module newer\n\ngo 1.24\n\nnonsense\n" | save --force newer/go.mod
let rows = flow build newer --keep-going | get 0.messages
assert equal ($rows | select file line) [[file line]; [go.mod 5]]

flow new go foreign | ignore
open --raw foreign/main.go | str replace '"math"' "\"math\"\n\t_ \"example.org/missing\"" | save --force foreign/main.go
assert fails "flow::build::compile" { flow build foreign } | assert contains "example.org/missing"

'package main

import "flow"

func main() {
	if false {
		flow.Handle(func(n int) (int, error) { return n, nil })
	}
}
' | save late.go
let never = [1] | flow run late.go | outcomes
$never.0.failed | assert contains "without calling `flow.Handle`"

# A file of a library is no program, and the network cannot be granted.
"package agent\n\nfunc Handle(n int) int { return n }\n" | save library.go
assert fails "flow::build::library" { [1] | flow run library.go } | assert contains "package `agent`"
assert fails "flow::build::network" { [1] | flow run late.go --allow-net example.org:443 } | assert contains "go have no network"
