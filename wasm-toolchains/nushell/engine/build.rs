//! Gives the engine a stack on which Nushell's own limit of recursion is met first.

fn main() {
    // It is at the start of the memory, and only what was used of it is real.
    println!("cargo:rustc-link-arg=-zstack-size=4194304");
    println!("cargo:rerun-if-changed=build.rs");
}
