//! The component's side of `handle`, written out by the canonical ABI so that an
//! agent needs no bindings generator to build. `rust/bindings` holds it against
//! `wit/agent.wit`.

use std::alloc::{self, Layout};

use crate::answer::AnswerFunction;

/// An answer's buffer larger than this is given back before the next call.
const KEPT_CAPACITY: usize = 64 * 1024;

/// `result<string, string>` as it lies in memory.
#[repr(C)]
struct Returned {
    is_error: u8,
    start: *const u8,
    length: usize,
}

/// The answer of the last call and what points to it. Kept from call to call: the
/// host has copied the answer before it calls again, so no freeing call
/// (`cabi_post_…`) is needed in between.
struct Instance {
    output: Vec<u8>,
    returned: Returned,
}

static mut INSTANCE: Instance = Instance {
    output: Vec::new(),
    returned: Returned {
        is_error: 0,
        start: std::ptr::null(),
        length: 0,
    },
};

/// Answers one record, and returns where the answer lies until the next call.
///
/// # Safety
/// Only the host may call it, by the canonical ABI: `input` is UTF-8 that it wrote
/// into memory from `cabi_realloc`, and calls do not overlap.
pub unsafe fn handle(input: *mut u8, length: usize, answer: AnswerFunction) -> *const u8 {
    let instance = &raw mut INSTANCE;
    // SAFETY: a component instance has one thread and cannot be entered again
    // before it has returned.
    let instance = unsafe { &mut *instance };
    // SAFETY: the host passes a string that it wrote into memory from `reallocate`.
    let input = unsafe { String::from_raw_parts(input, length, length) };
    let output = &mut instance.output;
    output.clear();
    output.shrink_to(KEPT_CAPACITY);
    let is_error = match answer(&input, output) {
        Ok(()) => false,
        Err(sentence) => {
            output.clear();
            output.extend_from_slice(sentence.as_bytes());
            true
        }
    };
    instance.returned = Returned {
        is_error: u8::from(is_error),
        start: output.as_ptr(),
        length: output.len(),
    };
    (&raw const instance.returned).cast()
}

/// Where the host puts strings: the canonical ABI's allocator. It replaces the weak
/// one of wasi-libc, which preview 1 does not have.
///
/// # Safety
/// As for `realloc`: `old` came from here with `old_size` and `align`.
#[unsafe(export_name = "cabi_realloc")]
unsafe extern "C" fn reallocate(
    old: *mut u8,
    old_size: usize,
    align: usize,
    new_size: usize,
) -> *mut u8 {
    if new_size == 0 {
        return std::ptr::without_provenance_mut(align);
    }
    // SAFETY: the host passes alignments of the canonical ABI, which are powers of two.
    let layout = unsafe { Layout::from_size_align_unchecked(old_size, align) };
    let new = if old_size == 0 {
        // SAFETY: as above; the size is not zero.
        unsafe { alloc::alloc(Layout::from_size_align_unchecked(new_size, align)) }
    } else {
        // SAFETY: the host passes what it got from here; the new size is not zero.
        unsafe { alloc::realloc(old, layout, new_size) }
    };
    if new.is_null() {
        alloc::handle_alloc_error(layout);
    }
    new
}
