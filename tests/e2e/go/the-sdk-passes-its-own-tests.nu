# needs: go
use std/assert

cd ($env.FLOW_TESTS | path join ../wasm-toolchains/go/sdk)
let tested = ^go test ./... | complete
assert equal $tested.exit_code 0 $"($tested.stdout)\n($tested.stderr)"
let vetted = with-env { GOOS: wasip1, GOARCH: wasm } { ^go vet ./... | complete }
assert equal $vetted.exit_code 0 $vetted.stderr
