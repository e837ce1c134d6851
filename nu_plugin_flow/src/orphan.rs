//! A plugin whose Nushell was killed ends too, whatever its agents and programs do.

/// Ends this process, and the programs it runs, when the one that started it is
/// gone. The protocol alone would wait for every agent and program that still
/// runs, and one may loop for ever.
#[cfg(unix)]
pub fn end_with_parent() -> std::io::Result<()> {
    use std::os::unix::process::parent_id;
    use std::{process, thread, time::Duration};

    /// How soon it is noticed.
    const PERIOD: Duration = Duration::from_millis(250);

    let parent = parent_id();
    thread::Builder::new()
        .name("flow-parent".into())
        .spawn(move || {
            while parent_id() == parent {
                thread::sleep(PERIOD);
            }
            // Nobody reads what they would still say.
            flow_process::end_all();
            process::exit(1);
        })
        .map(drop)
}

/// Elsewhere the protocol alone has to notice.
#[cfg(not(unix))]
pub fn end_with_parent() -> std::io::Result<()> {
    Ok(())
}
