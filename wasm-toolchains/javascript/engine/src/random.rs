//! The numbers of `Math.random`: xorshift64*, seeded by the host.

use std::cell::Cell;

use crate::host;

thread_local! {
    /// The generator's state; 0 until the first number is asked for.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// Forgets the state, so that instances of one snapshot do not repeat each other.
pub(crate) fn reseed() {
    STATE.set(0);
}

/// The next number, at least 0 and less than 1.
pub(crate) fn next() -> f64 {
    let mut state = STATE.get();
    while state == 0 {
        let mut seed = [0; 8];
        if host::random(&mut seed).is_none() {
            seed = (host::monotonic() | 1).to_le_bytes();
        }
        state = u64::from_le_bytes(seed);
    }
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    STATE.set(state);
    // The upper 53 bits: the precision of a double between 0 and 1.
    let bits = state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
    bits as f64 / (1u64 << 53) as f64
}
