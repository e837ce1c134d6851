//! Runs a program to its end.
//!
//! A program gets pipes for all three of its streams, never the plugin's own: the plugin's stdout
//! is the protocol it speaks with Nushell. It runs in a process group of its own, so that stopping
//! it also stops whatever it started.

use std::io::{self, PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{Command, OUTPUT_LIMIT, Outcome};
use crate::error::ProcessError;
use crate::group::Group;
use crate::status::status_number;

/// How often the deadline and the cancel flag are looked at while the program is silent.
const TICK: Duration = Duration::from_millis(10);
/// How long descendants may keep the output streams open after the program itself has ended.
pub(crate) const LINGER: Duration = Duration::from_secs(2);
/// Bytes of stderr carried by an error.
const TAIL: usize = 8 << 10;

/// Runs `command` to its end.
///
/// The whole process group is killed at the deadline or as soon as `cancel` is true (seen every
/// 10 ms). `on_line` gets each line of stderr as it comes, without its line break, invalid UTF-8
/// replaced. Descendants that still hold stdout or stderr two seconds after the program's own end
/// are killed too; what was written until then counts.
pub fn run(
    command: &Command,
    cancel: &AtomicBool,
    on_line: &mut dyn FnMut(&str),
) -> Result<Outcome, ProcessError> {
    let started = Instant::now();
    if cancel.load(Ordering::Relaxed) {
        return Err(ProcessError::Cancelled {
            program: command.program.clone(),
        });
    }
    let running = Running::start(command, started)?;
    running.finish(cancel, on_line)
}

/// What the reader threads report.
enum Event {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    Closed,
    Failed(io::Error),
}

/// A started program and the streams that are still to be read.
struct Running<'a> {
    command: &'a Command,
    handle: duct::Handle,
    group: Group,
    events: Receiver<Event>,
    started: Instant,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Bytes of `stderr` that `on_line` has seen, and bytes that were searched for a line break.
    reported: usize,
    searched: usize,
    open_streams: u8,
}

impl<'a> Running<'a> {
    fn start(command: &'a Command, started: Instant) -> Result<Running<'a>, ProcessError> {
        if !command.dir.is_dir() {
            return Err(ProcessError::NoDirectory {
                dir: command.dir.clone(),
            });
        }
        let program = resolve(command)?;
        let start_error = |source| ProcessError::Start {
            program: command.program.clone(),
            source,
        };
        let (stdin_reader, stdin_writer) = io::pipe().map_err(start_error)?;
        let (stdout_reader, stdout_writer) = io::pipe().map_err(start_error)?;
        let (stderr_reader, stderr_writer) = io::pipe().map_err(start_error)?;
        let mut expression = duct::cmd(program, &command.args)
            .dir(&command.dir)
            .stdin_file(stdin_reader)
            .stdout_file(stdout_writer)
            .stderr_file(stderr_writer)
            .unchecked()
            .before_spawn(own_group);
        for (name, value) in &command.env {
            expression = expression.env(name, value);
        }
        for name in &command.env_remove {
            expression = expression.env_remove(name);
        }
        let handle = expression.start().map_err(start_error)?;
        // The expression holds our copies of the child's pipe ends: as long as they are open the
        // readers would never see an end.
        drop(expression);

        let stdin = command.stdin.clone();
        thread::spawn(move || {
            let mut writer = stdin_writer;
            // A program may end without reading its input; that is its own affair.
            let _ = writer.write_all(&stdin);
        });
        let (sender, events) = sync_channel(16);
        let stderr_sender = sender.clone();
        thread::spawn(move || read(stdout_reader, Event::Stdout, &sender));
        thread::spawn(move || read(stderr_reader, Event::Stderr, &stderr_sender));
        Ok(Running {
            command,
            group: Group::of(handle.pids()),
            handle,
            events,
            started,
            stdout: Vec::new(),
            stderr: Vec::new(),
            reported: 0,
            searched: 0,
            open_streams: 2,
        })
    }

    fn finish(
        mut self,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<Outcome, ProcessError> {
        let status = match self.follow(cancel, on_line) {
            Ok(status) => status,
            Err(error) => {
                self.kill();
                // Reaps the program; after the kill this takes no time.
                let _ = self.handle.wait();
                return Err(error);
            }
        };
        self.report_lines(on_line, true);
        Ok(Outcome {
            status: status_number(status),
            stdout: self.stdout,
            stderr: self.stderr,
            duration: self.started.elapsed(),
        })
    }

    /// Collects output until both streams are closed and the program has ended.
    fn follow(
        &mut self,
        cancel: &AtomicBool,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<ExitStatus, ProcessError> {
        let mut ended: Option<(ExitStatus, Instant)> = None;
        let mut looked = Instant::now();
        loop {
            self.check_stop(cancel)?;
            if self.open_streams == 0 {
                let waited = self.handle.wait_timeout(TICK);
                if let Some(output) = waited.map_err(|source| self.stream_error(source))? {
                    return Ok(output.status);
                }
                continue;
            }
            // Also while a descendant writes without end.
            match ended {
                Some((status, at)) if at.elapsed() >= LINGER => {
                    self.kill();
                    return Ok(status);
                }
                None if looked.elapsed() >= TICK => {
                    looked = Instant::now();
                    let polled = self.handle.try_wait();
                    let output = polled.map_err(|source| self.stream_error(source))?;
                    ended = output.map(|output| (output.status, Instant::now()));
                }
                _ => {}
            }
            match self.events.recv_timeout(TICK) {
                Ok(event) => self.take(event, on_line)?,
                Err(RecvTimeoutError::Disconnected) => self.open_streams = 0,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn check_stop(&self, cancel: &AtomicBool) -> Result<(), ProcessError> {
        let program = self.command.program.clone();
        if cancel.load(Ordering::Relaxed) {
            return Err(ProcessError::Cancelled { program });
        }
        let answer = self.command.answer.filter(|_| self.stdout.is_empty());
        let deadline = match (self.command.deadline, answer) {
            (Some(deadline), Some(answer)) => Some(deadline.min(answer)),
            (deadline, answer) => deadline.or(answer),
        };
        match deadline {
            Some(deadline) if self.started.elapsed() >= deadline => Err(ProcessError::Deadline {
                program,
                deadline,
                stderr: tail(&self.stderr),
            }),
            _ => Ok(()),
        }
    }

    fn take(&mut self, event: Event, on_line: &mut dyn FnMut(&str)) -> Result<(), ProcessError> {
        let (buffer, stream, bytes) = match event {
            Event::Stdout(bytes) => (&mut self.stdout, "stdout", bytes),
            Event::Stderr(bytes) => (&mut self.stderr, "stderr", bytes),
            Event::Closed => {
                self.open_streams = self.open_streams.saturating_sub(1);
                return Ok(());
            }
            Event::Failed(source) => return Err(self.stream_error(source)),
        };
        if buffer.len() + bytes.len() > OUTPUT_LIMIT {
            return Err(ProcessError::OutputLimit {
                program: self.command.program.clone(),
                stream,
                limit: OUTPUT_LIMIT,
            });
        }
        buffer.extend_from_slice(&bytes);
        self.report_lines(on_line, false);
        Ok(())
    }

    /// Hands the lines of stderr that are complete to `on_line`; at the end also an unfinished one.
    fn report_lines(&mut self, on_line: &mut dyn FnMut(&str), at_end: bool) {
        while let Some(rest) = self.stderr.get(self.searched..) {
            let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
                break;
            };
            let line_break = self.searched + length;
            report(self.stderr.get(self.reported..line_break), on_line);
            self.reported = line_break + 1;
            self.searched = self.reported;
        }
        self.searched = self.stderr.len();
        if at_end && self.reported < self.stderr.len() {
            report(self.stderr.get(self.reported..), on_line);
            self.reported = self.stderr.len();
        }
    }

    /// Kills the program and all descendants that stayed in its group.
    fn kill(&self) {
        self.group.kill();
        #[cfg(not(unix))]
        let _ = self.handle.kill();
    }

    fn stream_error(&self, source: io::Error) -> ProcessError {
        ProcessError::Stream {
            program: self.command.program.clone(),
            source,
        }
    }
}

/// The absolute path of the command's program, by its own `PATH` and directory.
fn resolve(command: &Command) -> Result<PathBuf, ProcessError> {
    let path = command.env.iter().rev().find(|(name, _)| name == "PATH");
    let path = match path {
        Some((_, value)) => Some(value.into()),
        None => std::env::var_os("PATH"),
    };
    which::which_in(&command.program, path, absolute(&command.dir)).map_err(|_| {
        ProcessError::NotFound {
            program: command.program.clone(),
        }
    })
}

fn absolute(dir: &Path) -> PathBuf {
    std::path::absolute(dir).unwrap_or_else(|_| dir.to_path_buf())
}

#[cfg_attr(not(unix), allow(clippy::unnecessary_wraps))]
fn own_group(command: &mut std::process::Command) -> io::Result<()> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
    Ok(())
}

/// Sends what `pipe` yields in pieces of up to 64 KiB; ends when nobody listens any more.
fn read(mut pipe: PipeReader, event: fn(Vec<u8>) -> Event, sender: &SyncSender<Event>) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let piece = match pipe.read(&mut buffer) {
            Ok(0) => Event::Closed,
            Ok(length) => event(buffer.get(..length).unwrap_or_default().to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Event::Failed(error),
        };
        let last = matches!(piece, Event::Closed | Event::Failed(_));
        if sender.send(piece).is_err() || last {
            return;
        }
    }
}

fn report(line: Option<&[u8]>, on_line: &mut dyn FnMut(&str)) {
    let line = line.unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    on_line(&String::from_utf8_lossy(line));
}

fn tail(stderr: &[u8]) -> String {
    let start = stderr.len().saturating_sub(TAIL);
    String::from_utf8_lossy(stderr.get(start..).unwrap_or_default()).into_owned()
}
