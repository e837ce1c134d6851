/// One kind of entry. Its folder's name ends in a version, raised when the
/// meaning of a key or the format of an entry changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// Machine code that wasmtime compiled ahead of time.
    Code,
    /// What `flow build` made of an agent.
    Artifacts,
    /// What tools said about themselves, such as their version.
    Tools,
    /// Folders in which tools keep intermediate files; they are not
    /// content-addressed, and whoever uses one locks it.
    Scratch,
    /// Python packages as they were fetched, by their own digest.
    Wheels,
    /// Unpacked sets of Python packages.
    Environments,
    /// Interpreters as they were when their modules had been imported.
    Snapshots,
    /// Toolchains that flow fetched, each in a folder.
    Toolchains,
    /// Which packages a Python file without a folder of its own was given.
    Locks,
}

impl Bucket {
    /// The folder of this bucket below the cache's root.
    pub fn directory(self) -> &'static str {
        match self {
            Bucket::Code => "code-v1",
            Bucket::Artifacts => "artifacts-v1",
            Bucket::Tools => "tools-v1",
            Bucket::Scratch => "scratch-v1",
            Bucket::Wheels => "wheels-v1",
            Bucket::Environments => "environments-v1",
            Bucket::Snapshots => "snapshots-v1",
            Bucket::Toolchains => "toolchains-v1",
            Bucket::Locks => "locks-v1",
        }
    }
}
