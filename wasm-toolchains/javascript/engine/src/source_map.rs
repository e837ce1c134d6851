//! Source maps (ECMA-426), as bundlers write them: from a location in the bundle to the
//! location in the source that it was built from.

use rquickjs::{Array, Ctx, Object};

/// A source map, read when there is an error to locate.
pub(crate) struct SourceMap {
    sources: Vec<String>,
    /// For each line of the bundle its segments, by column.
    lines: Vec<Vec<Segment>>,
}

/// The source of the bundle from `column` on; all numbers count from 0.
#[derive(Clone, Copy)]
struct Segment {
    column: i64,
    source: i64,
    source_line: i64,
    source_column: i64,
}

impl SourceMap {
    pub(crate) fn read(ctx: &Ctx<'_>, text: &str) -> Option<SourceMap> {
        let read = || -> rquickjs::Result<SourceMap> {
            let map: Object<'_> = ctx.json_parse(text.as_bytes().to_vec())?.get()?;
            let sources: Array<'_> = map.get("sources")?;
            let sources = sources.iter::<Option<String>>();
            let sources = sources.map(|source| source.ok().flatten().unwrap_or_default());
            let mappings: String = map.get("mappings")?;
            Ok(SourceMap {
                sources: sources.map(|path| clean(&path)).collect(),
                lines: lines(&mappings),
            })
        };
        read()
            .inspect_err(|_| {
                ctx.catch();
            })
            .ok()
    }

    /// The source, line and column of a location in the bundle; all count from 1.
    pub(crate) fn find(&self, line: u32, column: u32) -> Option<(&str, u32, u32)> {
        let line = self
            .lines
            .get(usize::try_from(line.checked_sub(1)?).ok()?)?;
        let column = i64::from(column) - 1;
        let after = line.partition_point(|segment| segment.column <= column);
        let segment = line.get(after.checked_sub(1)?)?;
        let source = self.sources.get(usize::try_from(segment.source).ok()?)?;
        let line = u32::try_from(segment.source_line + 1).ok()?;
        let column = u32::try_from(segment.source_column + 1).ok()?;
        Some((source, line, column))
    }
}

/// Removes the `../` of `../src/main.ts`, which is relative to the bundler's output.
fn clean(path: &str) -> String {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("../").or_else(|| path.strip_prefix("./")) {
        path = rest;
    }
    path.to_owned()
}

/// Reads `mappings`: lines end with `;`, segments with `,`, and each number is the
/// difference from that of the segment before; columns of the bundle restart on each line.
fn lines(mappings: &str) -> Vec<Vec<Segment>> {
    let mut last = Segment {
        column: 0,
        source: 0,
        source_line: 0,
        source_column: 0,
    };
    let line = |line: &str| {
        last.column = 0;
        let mut segments = Vec::new();
        for text in line.split(',').filter(|text| !text.is_empty()) {
            let mut numbers = numbers(text).into_iter();
            last.column += numbers.next().unwrap_or(0);
            if let (Some(source), Some(line), Some(column)) =
                (numbers.next(), numbers.next(), numbers.next())
            {
                last.source += source;
                last.source_line += line;
                last.source_column += column;
                segments.push(last);
            }
        }
        segments
    };
    mappings.split(';').map(line).collect()
}

/// Numbers in base 64, five bits a digit, least first, with the sign in the lowest bit.
fn numbers(text: &str) -> Vec<i64> {
    let mut numbers = Vec::new();
    let (mut value, mut shift) = (0i64, 0);
    for digit in text.bytes() {
        let digit = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        if shift < 60 {
            value |= i64::from(digit & 31) << shift;
        }
        if digit & 32 == 0 {
            numbers.push(if value & 1 == 1 {
                -(value >> 1)
            } else {
                value >> 1
            });
            (value, shift) = (0, 0);
        } else {
            shift += 5;
        }
    }
    numbers
}
