use std::{fmt, io};

/// Why an operation failed, with the numbers that Emscripten gives to C: those
/// of WASI preview 1, and 138 for `ENOTSUP`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
#[allow(missing_docs, reason = "the names and meanings are those of POSIX")]
pub enum Errno {
    Acces = 2,
    Again = 6,
    Badf = 8,
    Busy = 10,
    Dquot = 19,
    Exist = 20,
    Fault = 21,
    Fbig = 22,
    Intr = 27,
    Inval = 28,
    Io = 29,
    Isdir = 31,
    Loop = 32,
    Mfile = 33,
    Mlink = 34,
    Nametoolong = 37,
    Nfile = 41,
    Nodev = 43,
    Noent = 44,
    Nolck = 46,
    Nomem = 48,
    Nospc = 51,
    Nosys = 52,
    Notdir = 54,
    Notempty = 55,
    Notty = 59,
    Nxio = 60,
    Overflow = 61,
    Perm = 63,
    Pipe = 64,
    Range = 68,
    Rofs = 69,
    Spipe = 70,
    Stale = 72,
    Txtbsy = 74,
    Xdev = 75,
    Notsup = 138,
}

impl Errno {
    /// The number as C sees it in `errno`; a system call returns it negated.
    pub fn number(self) -> i32 {
        i32::from(self as u16)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "E{}", format!("{self:?}").to_uppercase())
    }
}

impl std::error::Error for Errno {}

/// The guest's number of what the host's system said. What has no counterpart
/// is `EIO`.
impl From<&io::Error> for Errno {
    fn from(error: &io::Error) -> Errno {
        #[cfg(unix)]
        if let Some(errno) = rustix::io::Errno::from_io_error(error) {
            return of_unix(errno);
        }
        of_kind(error.kind())
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Errno {
        Errno::from(&error)
    }
}

#[cfg(unix)]
fn of_unix(errno: rustix::io::Errno) -> Errno {
    use rustix::io::Errno as Host;
    match errno {
        Host::ACCESS => Errno::Acces,
        Host::AGAIN => Errno::Again,
        Host::BADF => Errno::Badf,
        Host::BUSY => Errno::Busy,
        Host::DQUOT => Errno::Dquot,
        Host::EXIST => Errno::Exist,
        Host::FBIG => Errno::Fbig,
        Host::INTR => Errno::Intr,
        Host::INVAL => Errno::Inval,
        Host::ISDIR => Errno::Isdir,
        Host::LOOP => Errno::Loop,
        Host::MFILE => Errno::Mfile,
        Host::MLINK => Errno::Mlink,
        Host::NAMETOOLONG => Errno::Nametoolong,
        Host::NFILE => Errno::Nfile,
        Host::NODEV => Errno::Nodev,
        Host::NOENT => Errno::Noent,
        Host::NOMEM => Errno::Nomem,
        Host::NOSPC => Errno::Nospc,
        Host::NOSYS => Errno::Nosys,
        Host::NOTDIR => Errno::Notdir,
        Host::NOTEMPTY => Errno::Notempty,
        Host::NOTTY => Errno::Notty,
        Host::NXIO => Errno::Nxio,
        Host::OPNOTSUPP => Errno::Notsup,
        Host::OVERFLOW => Errno::Overflow,
        Host::PERM => Errno::Perm,
        Host::PIPE => Errno::Pipe,
        Host::ROFS => Errno::Rofs,
        Host::SPIPE => Errno::Spipe,
        Host::STALE => Errno::Stale,
        Host::TXTBSY => Errno::Txtbsy,
        Host::XDEV => Errno::Xdev,
        _ => Errno::Io,
    }
}

fn of_kind(kind: io::ErrorKind) -> Errno {
    use io::ErrorKind as Kind;
    match kind {
        Kind::NotFound => Errno::Noent,
        Kind::PermissionDenied => Errno::Acces,
        Kind::AlreadyExists => Errno::Exist,
        Kind::NotADirectory => Errno::Notdir,
        Kind::IsADirectory => Errno::Isdir,
        Kind::DirectoryNotEmpty => Errno::Notempty,
        Kind::ReadOnlyFilesystem => Errno::Rofs,
        Kind::StorageFull => Errno::Nospc,
        Kind::QuotaExceeded => Errno::Dquot,
        Kind::FileTooLarge => Errno::Fbig,
        Kind::ResourceBusy => Errno::Busy,
        Kind::CrossesDevices => Errno::Xdev,
        Kind::TooManyLinks => Errno::Mlink,
        Kind::InvalidFilename => Errno::Nametoolong,
        Kind::InvalidInput => Errno::Inval,
        Kind::NotSeekable => Errno::Spipe,
        Kind::BrokenPipe => Errno::Pipe,
        Kind::WouldBlock => Errno::Again,
        Kind::Interrupted => Errno::Intr,
        Kind::Unsupported => Errno::Notsup,
        Kind::OutOfMemory => Errno::Nomem,
        _ => Errno::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_wasi_and_names_those_of_posix() {
        assert_eq!(Errno::Noent.number(), 44);
        assert_eq!(Errno::Notsup.number(), 138);
        assert_eq!(Errno::Nametoolong.to_string(), "ENAMETOOLONG");
    }

    #[test]
    fn an_error_of_the_host_becomes_the_number_of_the_guest() {
        assert_eq!(
            Errno::from(io::Error::from(io::ErrorKind::NotFound)),
            Errno::Noent
        );
        #[cfg(unix)]
        assert_eq!(
            Errno::from(io::Error::from(rustix::io::Errno::XDEV)),
            Errno::Xdev
        );
        assert_eq!(Errno::from(io::Error::other("what")), Errno::Io);
    }
}
