//! Reading and writing what a guest points to. Every pointer is checked: one
//! that leads outside of its memory is the error `EFAULT`.

use wasmtime::Caller;

use crate::files::Errno;
use crate::state::State;

/// The longest string that a guest may pass, in bytes.
const STRING: usize = 1 << 20;

/// The memory of a guest, for one call of the host.
pub(crate) struct View<'a>(pub &'a mut [u8]);

/// The memory and the state of the calling guest.
pub(crate) fn view<'a>(
    caller: &'a mut Caller<'_, State>,
) -> Result<(View<'a>, &'a mut State), Errno> {
    let guest = caller.data().guest.ok_or(Errno::Fault)?;
    let (memory, state) = guest.memory.data_and_store_mut(caller);
    Ok((View(memory), state))
}

impl View<'_> {
    pub(crate) fn bytes(&self, address: i32, length: usize) -> Result<&[u8], Errno> {
        let start = address.cast_unsigned() as usize;
        let end = start.checked_add(length).ok_or(Errno::Fault)?;
        self.0.get(start..end).ok_or(Errno::Fault)
    }

    pub(crate) fn bytes_mut(&mut self, address: i32, length: usize) -> Result<&mut [u8], Errno> {
        let start = address.cast_unsigned() as usize;
        let end = start.checked_add(length).ok_or(Errno::Fault)?;
        self.0.get_mut(start..end).ok_or(Errno::Fault)
    }

    /// The bytes before the next zero.
    pub(crate) fn string(&self, address: i32) -> Result<&[u8], Errno> {
        let start = address.cast_unsigned() as usize;
        let rest = self.0.get(start..).ok_or(Errno::Fault)?;
        let rest = rest.get(..STRING).unwrap_or(rest);
        let length = rest.iter().position(|byte| *byte == 0);
        rest.get(..length.ok_or(Errno::Nametoolong)?)
            .ok_or(Errno::Fault)
    }

    pub(crate) fn read_u16(&self, address: i32) -> Result<u16, Errno> {
        self.array(address).map(u16::from_le_bytes)
    }

    pub(crate) fn read_i32(&self, address: i32) -> Result<i32, Errno> {
        self.array(address).map(i32::from_le_bytes)
    }

    pub(crate) fn read_i64(&self, address: i32) -> Result<i64, Errno> {
        self.array(address).map(i64::from_le_bytes)
    }

    pub(crate) fn write(&mut self, address: i32, bytes: &[u8]) -> Result<(), Errno> {
        self.bytes_mut(address, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn write_i32(&mut self, address: i32, value: i32) -> Result<(), Errno> {
        self.write(address, &value.to_le_bytes())
    }

    pub(crate) fn write_u64(&mut self, address: i32, value: u64) -> Result<(), Errno> {
        self.write(address, &value.to_le_bytes())
    }

    /// Writes a string and its zero into a buffer, cut where it does not fit.
    pub(crate) fn write_string(
        &mut self,
        address: i32,
        size: usize,
        text: &[u8],
    ) -> Result<(), Errno> {
        let Some(room) = size.checked_sub(1) else {
            return Ok(());
        };
        let text = text.get(..room).unwrap_or(text);
        self.write(address, text)?;
        self.write(address.wrapping_add(text.len() as i32), &[0])
    }

    fn array<const N: usize>(&self, address: i32) -> Result<[u8; N], Errno> {
        let bytes = self.bytes(address, N)?;
        bytes.try_into().map_err(|_| Errno::Fault)
    }
}

/// A `__syscall_…` answers with its result, or with a negated number.
pub(crate) fn syscall(result: Result<i32, Errno>) -> i32 {
    match result {
        Ok(value) => value,
        Err(errno) => -errno.number(),
    }
}

/// A function of WASI answers with a number, zero where nothing is wrong.
pub(crate) fn wasi(result: Result<(), Errno>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(errno) => errno.number(),
    }
}
