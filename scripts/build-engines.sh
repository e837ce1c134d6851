#!/bin/sh
# Builds the engines, which are interpreters compiled to WebAssembly, from their
# sources in wasm-toolchains/: ./scripts/build-engines.sh [--lint] [--output FOLDER] [NAME…]
# leaves FOLDER/NAME.wasm (default: .tools/engines; all engines) and prints name,
# digest and file of each. The same sources and compilers give the same bytes,
# wherever the repository is. `flow toolchain install NAME --from FILE` takes them.
# With --lint it runs clippy on the sources instead.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
output=$root/.tools/engines
names=''
lint=''

fail() { printf '%s\n' "flow: error: $1" "  help: $2" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

while [ $# -gt 0 ]; do
    case $1 in
    --output) [ $# -gt 1 ] || fail '`--output` needs a folder' './scripts/build-engines.sh --output FOLDER'
        output=$2; shift ;;
    --lint) lint=yes ;;
    -*) fail "unknown flag: \`$1\`" './scripts/build-engines.sh [--lint] [--output FOLDER] [NAME…]' ;;
    *) [ -f "$root/wasm-toolchains/$1/engine/Cargo.toml" ] || fail "unknown engine: \`$1\`" "use one of: javascript, nushell"
        names="$names $1" ;;
    esac
    shift
done
if [ -z "$names" ]; then
    for manifest in "$root"/wasm-toolchains/*/engine/Cargo.toml; do
        folder=${manifest%/engine/Cargo.toml}
        names="$names ${folder##*/}"
    done
fi

have cargo || fail 'cargo is missing' 'install rustup from https://rustup.rs, then run this again'
[ -d "$(rustc --print target-libdir --target wasm32-wasip1)" ] ||
    fail 'the target wasm32-wasip1 is missing' 'rustup target add wasm32-wasip1'

# The first of $@ that is a program here.
first() {
    for program in "$@"; do
        if have "$program"; then printf '%s\n' "$program"; return 0; fi
    done
    return 1
}

# A C compiler for WASI, for QuickJS: that of wasi-sdk where WASI_SDK_PATH is set,
# else the system's clang with the headers of wasi-libc. Rust has the library.
find_c_compiler() {
    help='Debian: `apt install clang-19 llvm-19 libclang1-19 wasi-libc`; elsewhere wasi-sdk, with its folder in WASI_SDK_PATH, and libclang'
    if [ -n "${WASI_SDK_PATH:-}" ]; then
        clang=$WASI_SDK_PATH/bin/clang
        archiver=$WASI_SDK_PATH/bin/llvm-ar
        headers="--sysroot=$WASI_SDK_PATH/share/wasi-sysroot"
    else
        clang=$(first clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang) || fail 'clang is missing' "$help"
        archiver=$(first "llvm-ar${clang#clang}" llvm-ar) || fail 'llvm-ar is missing' "$help"
        headers=''
        for place in /usr/include/wasm32-wasip1 /usr/include/wasm32-wasi; do
            if [ -f "$place/stdio.h" ]; then headers="-isystem $place"; break; fi
        done
        [ -n "$headers" ] || fail 'the headers of wasi-libc are missing' "$help"
    fi
    resources=$("$clang" --print-resource-dir) || fail "\`$clang\` does not run" "$help"
    if [ -z "${LIBCLANG_PATH:-}" ]; then
        for place in "$resources"/../.. /usr/lib/llvm-*/lib; do
            for file in "$place"/libclang.so* "$place"/libclang-[0-9]*.so* "$place"/libclang.dylib; do
                if [ -f "$file" ]; then LIBCLANG_PATH=$(CDPATH='' cd -- "$place" && pwd); break 2; fi
            done
        done
        [ -n "${LIBCLANG_PATH:-}" ] || fail 'libclang is missing' "$help"
        export LIBCLANG_PATH
    fi
    # Where the sources are must not be seen in what is made of them. At -O3 a call in
    # JavaScript takes a fifth more of the host's stack, and is no faster.
    prefixes="-O2 -ffile-prefix-map=$target=/target -include $folder/stack.h"
    export RQUICKJS_SYS_NO_WASI_SDK=1
    export CC_wasm32_wasip1="$clang" AR_wasm32_wasip1="$archiver"
    export CFLAGS_wasm32_wasip1="--target=wasm32-wasi $headers $prefixes"
    export BINDGEN_EXTRA_CLANG_ARGS_wasm32_wasip1="--target=wasm32-wasi $headers -resource-dir $resources"
}

registry=${CARGO_HOME:-$HOME/.cargo}
sources=$(rustc --print sysroot)/lib/rustlib/src/rust
export SOURCE_DATE_EPOCH=0
mkdir -p "$output"
for name in $names; do
    folder=$root/wasm-toolchains/$name/engine
    target=${CARGO_TARGET_DIR:-$folder/target}
    [ "$name" != javascript ] || find_c_compiler
    CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="--remap-path-prefix=$folder=/engine --remap-path-prefix=$root=/flow --remap-path-prefix=$registry=/cargo --remap-path-prefix=$sources=/rust"
    export CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS
    set -- --quiet --release --locked --target wasm32-wasip1 --target-dir "$target" --manifest-path "$folder/Cargo.toml"
    # Not RUSTFLAGS, which takes the place of the variable above.
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS
    if [ -n "$lint" ]; then
        cargo clippy "$@" --all-targets -- -D warnings || fail "clippy refuses the engine \`$name\`" 'read what it says above'
        continue
    fi
    cargo build "$@" || fail "the engine \`$name\` was not built" 'read what cargo says above'
    crate=$(awk -F'"' '/^name = / { gsub("-", "_", $2); print $2; exit }' "$folder/Cargo.toml")
    cp "$target/wasm32-wasip1/release/$crate.wasm" "$output/$name.wasm"
    if have sha256sum; then digest=$(sha256sum "$output/$name.wasm"); else digest=$(shasum -a 256 "$output/$name.wasm"); fi
    printf '%s sha256:%s %s\n' "$name" "${digest%% *}" "$output/$name.wasm"
done
