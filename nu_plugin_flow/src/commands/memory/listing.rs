//! Entries as rows, page by page.

use flow_store::{Entry, Filter, Store, StoreError};
use nu_plugin::{EngineInterface, EvaluatedCall};
use nu_protocol::{
    LabeledError, ListStream, PipelineData, ShellError, Signals, Signature, Spanned, SyntaxShape,
    Type, Value,
};

use super::arguments::{self, Spans};
use super::{location, rows};
use crate::shell::interrupt::Interrupt;

/// Entries of the first page: few, so that it comes at once.
const FIRST_PAGE: usize = 16;

/// Entries of a page at the most.
const LARGEST_PAGE: usize = 1_000;

/// Bytes of values in a page from which on the next is smaller.
const HEAVY: usize = 1 << 20;

/// What every command takes that lists entries, after its own arguments.
pub(super) fn signature(signature: Signature) -> Signature {
    signature
        .input_output_type(Type::Nothing, rows::entries())
        .optional(
            "namespace",
            SyntaxShape::String,
            "the namespace; else all of them",
        )
        .named(
            "prefix",
            SyntaxShape::String,
            "keys that begin so",
            Some('p'),
        )
        .named("first", SyntaxShape::Int, "rows at the most", Some('n'))
}

/// The entries that a call asks for, with the namespace at `position`, as a table whose rows come
/// as `read` gives their page: at most [`Filter::limit`] entries after [`Filter::after`]. Ctrl-C
/// ends it.
///
/// # Errors
/// Where the call is not right, or the first page cannot be read; of a later page the error is the
/// last value.
pub(super) fn list(
    engine: &EngineInterface,
    call: &EvaluatedCall,
    position: usize,
    read: impl Fn(&Store, &Filter) -> Result<Vec<Entry>, StoreError> + Send + 'static,
) -> Result<PipelineData, LabeledError> {
    let (namespace, spans) = arguments::namespace(call, position)?;
    let filter = Filter {
        namespace,
        prefix: call.get_flag("prefix")?.unwrap_or_default(),
        ..Filter::default()
    };
    let mut pages = Pages {
        left: first(call)?.unwrap_or(usize::MAX),
        store: location::store(engine, call)?,
        read,
        filter,
        page: FIRST_PAGE,
        waiting: Vec::new().into_iter(),
        ended: false,
    };
    let interrupt = Interrupt::listen(engine)?;
    pages.turn().map_err(|error| spans.tell(&error))?;
    let rows = std::iter::from_fn(move || {
        if interrupt.token.is_cancelled() {
            return None;
        }
        Some(row(pages.next()?, &spans))
    });
    let stream = ListStream::new(rows, call.head, Signals::empty());
    Ok(PipelineData::list_stream(stream, None))
}

/// An entry as a row, or why there are no more.
fn row(entry: Result<Entry, StoreError>, spans: &Spans) -> Value {
    match entry {
        Ok(entry) => rows::entry(entry, spans.head),
        Err(error) => {
            let error = ShellError::LabeledError(Box::new(spans.tell(&error)));
            Value::error(error, spans.head)
        }
    }
}

/// The number of rows that `--first` asks for.
fn first(call: &EvaluatedCall) -> Result<Option<usize>, LabeledError> {
    let Some(first) = call.get_flag::<Spanned<i64>>("first")? else {
        return Ok(None);
    };
    usize::try_from(first.item).map(Some).map_err(|_| {
        LabeledError::new(format!(
            "a number of rows is not below zero: {}",
            first.item
        ))
        .with_code("flow::memory::first")
        .with_help("use `--first 10`")
        .with_label("this number", first.span)
    })
}

/// Entries, of which only one page is in memory.
struct Pages<Read> {
    store: Store,
    read: Read,
    filter: Filter,
    /// How many more are wanted.
    left: usize,
    /// How many to ask for next.
    page: usize,
    waiting: std::vec::IntoIter<Entry>,
    ended: bool,
}

impl<Read: Fn(&Store, &Filter) -> Result<Vec<Entry>, StoreError>> Pages<Read> {
    /// Reads the next page. It grows as long as its values are small.
    fn turn(&mut self) -> Result<(), StoreError> {
        let limit = self.page.min(self.left);
        if self.ended || limit == 0 {
            self.ended = true;
            return Ok(());
        }
        self.filter.limit = Some(limit);
        let read = (self.read)(&self.store, &self.filter);
        self.ended = read.is_err();
        let entries = read?;
        self.ended = entries.len() < limit;
        self.left -= entries.len().min(self.left);
        if let Some(last) = entries.last() {
            self.filter.after = Some((last.namespace.clone(), last.key.clone()));
        }
        let bytes: usize = entries.iter().map(|entry| entry.value.len()).sum();
        self.page = match bytes > HEAVY {
            true => (self.page / 2).max(1),
            false => (self.page * 2).min(LARGEST_PAGE),
        };
        self.waiting = entries.into_iter();
        Ok(())
    }
}

impl<Read: Fn(&Store, &Filter) -> Result<Vec<Entry>, StoreError>> Iterator for Pages<Read> {
    type Item = Result<Entry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.waiting.next() {
            return Some(Ok(entry));
        }
        match self.turn() {
            Ok(()) => self.waiting.next().map(Ok),
            Err(error) => Some(Err(error)),
        }
    }
}
