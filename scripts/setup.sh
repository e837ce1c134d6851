#!/bin/sh
# Sets up what this repository needs, inside the repository: the wasm targets of
# rustup, a `nu` of the plugin's version in `.tools/`, the plugin itself.
# Run it, or source it from a script beside it: then `$root`, `$FLOW_NU` and
# `$FLOW_PLUGIN` are set. It says nothing when there is nothing to do.
set -eu

NU_VERSION=0.115.1
TARGETS='wasm32-wasip1 wasm32-wasip2 wasm32-unknown-unknown'

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

note() { printf '%s\n' "flow: $*" >&2; }
fail() { printf '%s\n' "flow: error: $1" "  help: $2" >&2; exit 1; }
[ -f "$root/scripts/setup.sh" ] || fail 'setup.sh was sourced from elsewhere' 'run ./scripts/setup.sh'
have() { command -v "$1" >/dev/null 2>&1; }

# Rust. A fresh rustup is not on PATH yet; and where HOME is an empty directory,
# rustup is still beside the cargo on PATH.
find_rust() {
    HOME=${HOME:-$root/.tools/home}
    export HOME
    if ! have cargo && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        export PATH
    fi
    have cargo || fail 'cargo is missing' 'install rustup from https://rustup.rs, then run this again'
    cargo_bin=$(dirname -- "$(command -v cargo)")
    case $cargo_bin in
    */.cargo/bin)
        real_home=${cargo_bin%/.cargo/bin}
        if [ -z "${CARGO_HOME:-}" ] && [ ! -d "$HOME/.cargo" ]; then
            CARGO_HOME=$real_home/.cargo
            export CARGO_HOME
        fi
        if [ -z "${RUSTUP_HOME:-}" ] && [ ! -d "$HOME/.rustup" ] && [ -d "$real_home/.rustup" ]; then
            RUSTUP_HOME=$real_home/.rustup
            export RUSTUP_HOME
        fi
        ;;
    esac
    have cc || have gcc || have clang ||
        fail 'a C compiler is missing' 'install one: `sudo apt install build-essential`, `sudo dnf install gcc`, or `xcode-select --install`'
}

# The wasm targets, where rustup knows that one is missing.
add_targets() {
    libraries=$(rustc --print target-libdir)/../..
    missing=''
    for target in $TARGETS; do
        [ -d "$libraries/$target/lib" ] || missing="$missing $target"
    done
    [ -n "$missing" ] || return 0
    have rustup || fail "the targets$missing are missing, and rustup too" 'install rustup from https://rustup.rs, then run this again'
    note "adding the targets$missing"
    # shellcheck disable=SC2086 # one argument per target
    rustup --quiet target add $missing || fail "rustup could not add$missing" "run \`rustup target add$missing\` and read what it says"
}

# Whether $1 is a nu of the plugin's version that runs here.
is_nu() { [ "$("$1" --version 2>/dev/null)" = "$NU_VERSION" ]; }

find_nu() {
    FLOW_NU=$root/.tools/bin/nu
    export FLOW_NU
    if is_nu "$FLOW_NU"; then return 0; fi
    mkdir -p "$root/.tools/bin"
    if have nu && is_nu nu; then
        ln -sf "$(command -v nu)" "$FLOW_NU"
        return 0
    fi
    if have npm; then
        note "fetching nu $NU_VERSION from npm into .tools/"
        if npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
            --prefix "$root/.tools/npm" "nushell@$NU_VERSION" >"$root/.tools/npm.log" 2>&1; then
            for candidate in "$root"/.tools/npm/node_modules/@nushell/*/bin/nu; do
                if is_nu "$candidate"; then
                    ln -sf "$candidate" "$FLOW_NU"
                    return 0
                fi
            done
        fi
        note 'the nu from npm does not run here (see .tools/npm.log)'
    fi
    note "building nu $NU_VERSION into .tools/: this takes some minutes, once"
    rm -f "$FLOW_NU"
    cargo install nu --version "$NU_VERSION" --locked --quiet --root "$root/.tools" ||
        fail "nu $NU_VERSION could not be built" "put a nu $NU_VERSION on PATH, then run this again"
}

# cargo shows its progress to a person, and nothing otherwise.
build_plugin() {
    quiet=--quiet
    if [ ! -x "$FLOW_PLUGIN" ]; then
        note 'building the plugin: this takes some minutes, once'
        if [ -t 2 ]; then quiet=''; fi
    fi
    # shellcheck disable=SC2086 # empty is no argument
    cargo build $quiet --release --locked --manifest-path "$root/Cargo.toml" -p nu_plugin_flow ||
        fail 'the plugin could not be built' 'read the errors above'
}

find_rust
add_targets
find_nu
FLOW_PLUGIN=${CARGO_TARGET_DIR:-$root/target}/release/nu_plugin_flow
export FLOW_PLUGIN
# The tests build the plugin themselves, with their own features of its dependencies.
case $0 in
*test.sh) ;;
*) build_plugin ;;
esac
