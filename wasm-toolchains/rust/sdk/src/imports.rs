//! The component's imports, by the canonical ABI: strings as start and length,
//! results in an area of the caller's, strings in results owned by the caller.
//! What an agent does not call is not imported.

use std::mem::MaybeUninit;

#[link(wasm_import_module = "flow:agent/memory@0.1.0")]
unsafe extern "C" {
    #[link_name = "get"]
    fn memory_get(
        namespace: *const u8,
        namespace_length: usize,
        key: *const u8,
        key_length: usize,
        result: *mut Outcome<Optional>,
    );
    #[link_name = "set"]
    fn memory_set(
        namespace: *const u8,
        namespace_length: usize,
        key: *const u8,
        key_length: usize,
        value: *const u8,
        value_length: usize,
        has_expiry: u32,
        expires_in: u64,
        result: *mut Outcome<()>,
    );
    #[link_name = "delete"]
    fn memory_delete(
        namespace: *const u8,
        namespace_length: usize,
        key: *const u8,
        key_length: usize,
        result: *mut Outcome<u8>,
    );
    #[link_name = "list-keys"]
    fn memory_list_keys(
        namespace: *const u8,
        namespace_length: usize,
        prefix: *const u8,
        prefix_length: usize,
        has_cursor: u32,
        cursor: *const u8,
        cursor_length: usize,
        result: *mut Outcome<Page>,
    );
    #[link_name = "compare-and-set"]
    fn memory_compare_and_set(
        namespace: *const u8,
        namespace_length: usize,
        key: *const u8,
        key_length: usize,
        has_expected: u32,
        expected: *const u8,
        expected_length: usize,
        value: *const u8,
        value_length: usize,
        result: *mut Outcome<u8>,
    );
}

#[link(wasm_import_module = "flow:agent/peers@0.1.0")]
unsafe extern "C" {
    #[link_name = "call"]
    fn peers_call(
        agent: *const u8,
        agent_length: usize,
        input: *const u8,
        input_length: usize,
        result: *mut Outcome<Text>,
    );
}

/// `string`, owned.
#[repr(C)]
#[derive(Clone, Copy)]
struct Text {
    start: *mut u8,
    length: usize,
}

/// `option<string>`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Optional {
    is_some: u8,
    text: MaybeUninit<Text>,
}

/// The record `keys`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Page {
    keys: *mut Text,
    keys_length: usize,
    cursor: Optional,
}

/// `result<T, string>`.
#[repr(C)]
struct Outcome<T: Copy> {
    is_error: u8,
    payload: Payload<T>,
}

#[repr(C)]
union Payload<T: Copy> {
    value: T,
    error: Text,
}

impl Text {
    /// # Safety
    /// Start and length are those of a string that the host allocated for us.
    unsafe fn take(self) -> String {
        // SAFETY: the caller's promise.
        unsafe { String::from_raw_parts(self.start, self.length, self.length) }
    }
}

impl Optional {
    /// # Safety
    /// As for [`Text::take`].
    unsafe fn take(self) -> Option<String> {
        // SAFETY: the host has written the text of an option that it says is there.
        (self.is_some != 0).then(|| unsafe { self.text.assume_init().take() })
    }
}

/// Calls an import with an area for its result, and reads it.
///
/// # Safety
/// `import` fills the area.
unsafe fn outcome<T: Copy>(import: impl FnOnce(*mut Outcome<T>)) -> Result<T, String> {
    let mut area = MaybeUninit::<Outcome<T>>::uninit();
    import(area.as_mut_ptr());
    // SAFETY: the area is filled, and its first byte says which payload it holds.
    unsafe {
        let area = area.assume_init();
        match area.is_error {
            0 => Ok(area.payload.value),
            _ => Err(area.payload.error.take()),
        }
    }
}

/// An `option<string>` argument: whether it is there, its start and its length.
fn optional(text: Option<&str>) -> (u32, *const u8, usize) {
    text.map_or((0, std::ptr::null(), 0), |text| {
        (1, text.as_ptr(), text.len())
    })
}

pub fn get(namespace: &str, key: &str) -> Result<Option<String>, String> {
    // SAFETY: the signature is that of the import, and the texts outlive the call.
    unsafe {
        let value = outcome(|result| {
            memory_get(
                namespace.as_ptr(),
                namespace.len(),
                key.as_ptr(),
                key.len(),
                result,
            );
        })?;
        Ok(value.take())
    }
}

pub fn set(namespace: &str, key: &str, value: &str, expires_in: Option<u64>) -> Result<(), String> {
    // SAFETY: the signature is that of the import, and the texts outlive the call.
    unsafe {
        outcome(|result| {
            memory_set(
                namespace.as_ptr(),
                namespace.len(),
                key.as_ptr(),
                key.len(),
                value.as_ptr(),
                value.len(),
                u32::from(expires_in.is_some()),
                expires_in.unwrap_or(0),
                result,
            );
        })
    }
}

pub fn delete(namespace: &str, key: &str) -> Result<bool, String> {
    // SAFETY: the signature is that of the import, and the texts outlive the call.
    unsafe {
        let deleted = outcome(|result| {
            memory_delete(
                namespace.as_ptr(),
                namespace.len(),
                key.as_ptr(),
                key.len(),
                result,
            );
        })?;
        Ok(deleted != 0)
    }
}

/// A page of keys, and where the next one begins.
pub fn list_keys(
    namespace: &str,
    prefix: &str,
    cursor: Option<&str>,
) -> Result<(Vec<String>, Option<String>), String> {
    let (has_cursor, cursor, cursor_length) = optional(cursor);
    // SAFETY: the signature is that of the import, and the texts outlive the call.
    unsafe {
        let page = outcome(|result| {
            memory_list_keys(
                namespace.as_ptr(),
                namespace.len(),
                prefix.as_ptr(),
                prefix.len(),
                has_cursor,
                cursor,
                cursor_length,
                result,
            );
        })?;
        let keys = Vec::from_raw_parts(page.keys, page.keys_length, page.keys_length);
        let keys = keys.into_iter().map(|key| key.take()).collect();
        Ok((keys, page.cursor.take()))
    }
}

pub fn compare_and_set(
    namespace: &str,
    key: &str,
    expected: Option<&str>,
    value: &str,
) -> Result<bool, String> {
    let (has_expected, expected, expected_length) = optional(expected);
    // SAFETY: the signature is that of the import, and the texts outlive the call.
    unsafe {
        let is_set = outcome(|result| {
            memory_compare_and_set(
                namespace.as_ptr(),
                namespace.len(),
                key.as_ptr(),
                key.len(),
                has_expected,
                expected,
                expected_length,
                value.as_ptr(),
                value.len(),
                result,
            );
        })?;
        Ok(is_set != 0)
    }
}

pub fn call(agent: &str, input: &str) -> Result<String, String> {
    // SAFETY: the signature is that of the import, and the texts outlive the call.
    unsafe {
        let answer = outcome(|result| {
            peers_call(
                agent.as_ptr(),
                agent.len(),
                input.as_ptr(),
                input.len(),
                result,
            );
        })?;
        Ok(answer.take())
    }
}
