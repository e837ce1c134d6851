//! Clocks, calendars, and waiting. Local time is UTC: the time zone of the
//! host is the user's own, and Python has `zoneinfo` for all others.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use wasmtime::{Caller, Linker};

use super::guest::{View, syscall, view, wasi};
use super::namespace::{ENV, WASI};
use crate::files::Errno;
use crate::state::State;

/// Clocks of WASI: real time, monotonic, and the CPU time of process and thread.
const REALTIME: i32 = 0;
const CLOCKS: i32 = 3;
const RESOLUTION: u64 = 1;
/// The fields of `struct tm` as offsets.
const SECOND: i32 = 0;
const MINUTE: i32 = 4;
const HOUR: i32 = 8;
const DAY: i32 = 12;
const MONTH: i32 = 16;
const YEAR: i32 = 20;
const WEEKDAY: i32 = 24;
const YEARDAY: i32 = 28;
const SUMMER: i32 = 32;
const OFFSET: i32 = 36;
/// Bytes of a buffer for the name of a time zone.
const ZONE: usize = 17;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker
        .func_wrap(
            WASI,
            "clock_res_get",
            |mut caller: Caller<'_, State>, clock: i32, target: i32| {
                wasi(write_clock(&mut caller, clock, target, |_| RESOLUTION))
            },
        )?
        .func_wrap(
            WASI,
            "clock_time_get",
            |mut caller: Caller<'_, State>, clock: i32, _precision: i64, target: i32| {
                wasi(write_clock(&mut caller, clock, target, |state| {
                    let time = if clock == REALTIME {
                        since_1970()
                    } else {
                        state.started.elapsed()
                    };
                    time.as_nanos() as u64
                }))
            },
        )?
        .func_wrap(ENV, "emscripten_date_now", || {
            since_1970().as_secs_f64() * 1e3
        })?
        .func_wrap(ENV, "emscripten_get_now", |caller: Caller<'_, State>| {
            caller.data().started.elapsed().as_secs_f64() * 1e3
        })?
        .func_wrap(
            ENV,
            "_gmtime_js",
            |mut caller: Caller<'_, State>, time: i64, fields: i32| {
                let _ = break_down(&mut caller, time, fields);
            },
        )?
        .func_wrap(
            ENV,
            "_localtime_js",
            |mut caller: Caller<'_, State>, time: i64, fields: i32| {
                let _ = break_down(&mut caller, time, fields);
            },
        )?
        .func_wrap(
            ENV,
            "_timegm_js",
            |mut caller: Caller<'_, State>, fields: i32| {
                put_together(&mut caller, fields).unwrap_or(-1)
            },
        )?
        .func_wrap(
            ENV,
            "_mktime_js",
            |mut caller: Caller<'_, State>, fields: i32| {
                put_together(&mut caller, fields).unwrap_or(-1)
            },
        )?
        .func_wrap(
            ENV,
            "_tzset_js",
            |mut caller: Caller<'_, State>,
             offset: i32,
             summer: i32,
             standard: i32,
             daylight: i32| {
                let _ = zone(&mut caller, offset, summer, standard, daylight);
            },
        )?
        .func_wrap_async(
            ENV,
            "__syscall_poll",
            |mut caller: Caller<'_, State>, (descriptors, count, timeout): (i32, i32, i32)| {
                Box::new(
                    async move { syscall(poll(&mut caller, descriptors, count, timeout).await) },
                )
            },
        )?;
    Ok(())
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

fn write_clock(
    caller: &mut Caller<'_, State>,
    clock: i32,
    target: i32,
    value: impl FnOnce(&State) -> u64,
) -> Result<(), Errno> {
    if !(0..=CLOCKS).contains(&clock) {
        return Err(Errno::Inval);
    }
    let (mut memory, state) = view(caller)?;
    memory.write_u64(target, value(state))
}

/// Fills `struct tm`; a time that no calendar has leaves it at zero.
fn break_down(caller: &mut Caller<'_, State>, time: i64, fields: i32) -> Result<(), Errno> {
    let (mut memory, _) = view(caller)?;
    let Some(moment) = DateTime::<Utc>::from_timestamp(time, 0) else {
        return memory
            .bytes_mut(fields, OFFSET as usize + 4)
            .map(|bytes| bytes.fill(0));
    };
    write_fields(&mut memory, fields, &moment)
}

fn write_fields(memory: &mut View<'_>, fields: i32, moment: &DateTime<Utc>) -> Result<(), Errno> {
    for (offset, value) in [
        (SECOND, moment.second() as i32),
        (MINUTE, moment.minute() as i32),
        (HOUR, moment.hour() as i32),
        (DAY, moment.day() as i32),
        (MONTH, moment.month0() as i32),
        (YEAR, moment.year() - 1900),
        (WEEKDAY, moment.weekday().num_days_from_sunday() as i32),
        (YEARDAY, moment.ordinal0() as i32),
        (SUMMER, 0),
        (OFFSET, 0),
    ] {
        memory.write_i32(fields.wrapping_add(offset), value)?;
    }
    Ok(())
}

/// Seconds since 1970 of a `struct tm`, whose fields may be over their
/// bounds, and are put in order.
fn put_together(caller: &mut Caller<'_, State>, fields: i32) -> Result<i64, Errno> {
    let (mut memory, _) = view(caller)?;
    let field = |offset: i32| memory.read_i32(fields.wrapping_add(offset)).map(i64::from);
    let months = field(YEAR)?.saturating_mul(12) + field(MONTH)?;
    let year = i32::try_from(1900 + months.div_euclid(12)).map_err(|_| Errno::Overflow)?;
    let month = u32::try_from(months.rem_euclid(12) + 1).map_err(|_| Errno::Overflow)?;
    let first = NaiveDate::from_ymd_opt(year, month, 1).ok_or(Errno::Overflow)?;
    let days = i64::from(first.num_days_from_ce() - EPOCH_DAY) + field(DAY)? - 1;
    let time = days * 86_400 + field(HOUR)? * 3_600 + field(MINUTE)? * 60 + field(SECOND)?;
    let moment = DateTime::<Utc>::from_timestamp(time, 0).ok_or(Errno::Overflow)?;
    write_fields(&mut memory, fields, &moment)?;
    Ok(time)
}

/// The first of January 1970, counted from the year 1.
const EPOCH_DAY: i32 = 719_163;

fn zone(
    caller: &mut Caller<'_, State>,
    offset: i32,
    summer: i32,
    standard: i32,
    daylight: i32,
) -> Result<(), Errno> {
    let (mut memory, _) = view(caller)?;
    memory.write_i32(offset, 0)?;
    memory.write_i32(summer, 0)?;
    memory.write_string(standard, ZONE, b"UTC")?;
    memory.write_string(daylight, ZONE, b"UTC")
}

/// Files are always ready. With none to ask about, it waits, which is how
/// `time.sleep` and event loops wait here.
async fn poll(
    caller: &mut Caller<'_, State>,
    descriptors: i32,
    count: i32,
    timeout: i32,
) -> Result<i32, Errno> {
    /// Bytes of `struct pollfd`: the descriptor, wanted events, found events.
    const SIZE: i32 = 8;
    const READ: u16 = 1;
    const WRITE: u16 = 4;
    const HANGUP: u16 = 16;
    const BAD: u16 = 32;
    let mut ready = 0;
    {
        let (mut memory, state) = view(caller)?;
        for number in 0..count.max(0) {
            let entry = descriptors.wrapping_add(number.wrapping_mul(SIZE));
            let wanted = memory.read_u16(entry.wrapping_add(4))?;
            let descriptor = memory.read_i32(entry)?;
            let found = match descriptor {
                i32::MIN..0 => 0,
                _ => match state.files.readiness(descriptor) {
                    Ok(ready) => {
                        let read = if ready.readable { READ } else { 0 };
                        let write = if ready.writable { WRITE } else { 0 };
                        let hangup = if ready.hangup { HANGUP } else { 0 };
                        wanted & (read | write) | hangup
                    }
                    Err(_) => BAD,
                },
            };
            ready += i32::from(found != 0);
            memory.write(entry.wrapping_add(6), &found.to_le_bytes())?;
        }
    }
    if ready == 0 {
        match u64::try_from(timeout) {
            Ok(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Err(_) => std::future::pending().await,
        }
    }
    Ok(ready)
}
