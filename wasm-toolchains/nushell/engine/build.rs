//! Gives the engine a stack that outlasts Nushell's own limit of recursion.

#![allow(clippy::print_stdout, reason = "cargo reads it")]

fn main() {
    // The stack is at the start of the memory, and pages that are never used cost nothing.
    println!("cargo:rustc-link-arg=-zstack-size=4194304");
    println!("cargo:rerun-if-changed=build.rs");
}
