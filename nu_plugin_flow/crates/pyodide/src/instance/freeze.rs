//! An interpreter and its heap, before a snapshot is taken of them.

use super::interpreter::Instance;
use crate::error::Error;

/// The structure `mallinfo`, and where in it the size of the heap's top is: of
/// the free memory behind everything that was ever allocated.
const INFORMATION: u32 = 40;
const TOP: u32 = 36;
/// The largest hole that is looked for, and the smallest that the heap has, in
/// bytes that can be asked for.
const LARGEST: u32 = 1 << 20;
const SMALLEST: u32 = 8;

impl Instance {
    /// Gets it ready for a snapshot, in which as little as can be is written
    /// when an interpreter starts from it and runs: each page that is written is
    /// a fault and a copy.
    pub(crate) async fn freeze(&mut self) -> Result<(), Error> {
        let entries = self.entries()?;
        let lasting = self.call(entries.freeze, b"").await?;
        let immortal = self
            .guest
            .main
            .get_typed_func::<u32, ()>(&mut self.store, "_Py_SetImmortal")?;
        // Nobody counts references to immortal objects.
        for address in lasting.as_chunks().0 {
            let address = u32::from_le_bytes(*address);
            immortal.call_async(&mut self.store, address).await?;
        }
        self.call(entries.frozen, b"").await?;
        self.fill_heap().await
    }

    /// Allocates every hole of the heap and keeps it. What is allocated later
    /// then lies side by side behind the rest. A heap in which Python has
    /// imported modules has some ten thousand holes: objects that an interpreter
    /// made after a snapshot would lie on as many of its pages, and each page
    /// that is written is a fault and a copy.
    ///
    /// This costs up to twice [`LARGEST`] bytes of address space that no one
    /// touches.
    async fn fill_heap(&mut self) -> Result<(), Error> {
        let malloc = self
            .guest
            .main
            .get_typed_func::<u32, u32>(&mut self.store, "malloc")?;
        let information = malloc.call_async(&mut self.store, INFORMATION).await?;
        if information == 0 {
            return Ok(());
        }
        let mut size = LARGEST;
        while size >= SMALLEST {
            self.invoke::<u32, ()>("mallinfo", information).await?;
            let top = self.read_u32(information + TOP)?;
            let end = self.invoke::<u32, u32>("sbrk", 0).await?;
            loop {
                let object = malloc.call_async(&mut self.store, size).await?;
                if object == 0 {
                    break;
                }
                // Of the top only where no hole was large enough.
                if object >= end.saturating_sub(top) {
                    self.invoke::<u32, ()>("free", object).await?;
                    break;
                }
            }
            size /= 2;
        }
        self.invoke::<u32, ()>("free", information).await
    }
}
