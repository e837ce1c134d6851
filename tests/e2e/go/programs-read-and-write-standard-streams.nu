# needs: go
use std/assert
use ../../assertions.nu *

'package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fmt.Println(strings.ToUpper(lines.Text()))
	}
	fmt.Fprintln(os.Stderr, "done")
	if len(os.Args) > 1 {
		os.Exit(len(os.Args))
	}
}
' | save upper.go
assert equal ("one\ntwo" | flow run upper.go --output text | collect | lines) [ONE TWO]
let error = assert fails "flow::agent::status" {|| flow run upper.go -- a b }
$error | assert contains "done"
$error | assert contains "status 3"
let row = flow inspect upper.go | first
assert equal ($row | select kind encoding) { kind: command, encoding: module }
