//! The name of a wheel file, which says what it is for.

use super::platform;

/// `name-version(-build)-python-abi-platform.whl`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WheelName<'a> {
    pub version: &'a str,
    build: &'a str,
    pythons: &'a str,
    abis: &'a str,
    platforms: &'a str,
}

impl<'a> WheelName<'a> {
    /// Reads a file name; nothing where it is not one of a wheel.
    pub fn parse(file: &'a str) -> Option<WheelName<'a>> {
        let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
        let (version, build, pythons, abis, platforms) = match *parts.as_slice() {
            [_, version, pythons, abis, platforms] => (version, "", pythons, abis, platforms),
            [_, version, build, pythons, abis, platforms] => {
                (version, build, pythons, abis, platforms)
            }
            _ => return None,
        };
        Some(WheelName {
            version,
            build,
            pythons,
            abis,
            platforms,
        })
    }

    /// How well it suits Pyodide, least first; nothing where it does not. Of
    /// wheels with the same tags the later build is the better.
    pub fn rank(&self) -> Option<(u32, std::cmp::Reverse<u64>)> {
        let digits: String = self
            .build
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let build = digits.parse().unwrap_or(0);
        let rank = platform::rank(self.pythons, self.abis, self.platforms)?;
        Some((rank, std::cmp::Reverse(build)))
    }

    /// `python-abi-platform`
    pub fn tags(&self) -> String {
        format!("{}-{}-{}", self.pythons, self.abis, self.platforms)
    }
}

/// The last part of a URL's path, as the file's name.
pub(super) fn file_of(url: &str) -> String {
    let path = url.split(['#', '?']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    unescape(name)
}

/// Resolves `%2B`, which stands for the `+` of local versions.
pub(super) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| std::str::from_utf8(after.get(..2)?).ok())
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = match escaped {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheels_name_says_what_it_is_for() {
        let name = WheelName::parse("numpy-2.5.5-1b-cp314-cp314-win_amd64.whl").unwrap();
        assert_eq!((name.version, name.build), ("2.5.5", "1b"));
        assert_eq!(name.tags(), "cp314-cp314-win_amd64");
        assert_eq!(name.rank(), None);
        for file in ["numpy-2.5.5.tar.gz", "a.whl", "a-1-py3-none.whl"] {
            assert_eq!(WheelName::parse(file), None, "{file}");
        }
    }

    #[test]
    fn a_later_build_is_better() {
        let rank = |file| WheelName::parse(file).unwrap().rank().unwrap();
        assert!(rank("a-1-2-py3-none-any.whl") < rank("a-1-1-py3-none-any.whl"));
        assert!(rank("a-1-1-py3-none-any.whl") < rank("a-1-py3-none-any.whl"));
    }

    #[test]
    fn a_files_name_is_the_end_of_its_url() {
        let url = "https://wheels.example/a/b-1%2Blocal-py3-none-any.whl?x=/y#sha256=00";
        assert_eq!(file_of(url), "b-1+local-py3-none-any.whl");
        assert_eq!(file_of("file:///opt/%zz%"), "%zz%");
    }
}
