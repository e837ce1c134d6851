//! A grant of a connection, seen from its other end.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Output;
use std::sync::LazyLock;
use std::time::Duration;

use flow_tests::guests;
use flow_tests::session::{Ended, Session};

static GUESTS: LazyLock<PathBuf> = LazyLock::new(guests::compile);

/// Runs the guest that connects to the port of `listener` with `flags`.
fn connect(listener: &TcpListener, flags: &str) -> Output {
    let port = listener.local_addr().expect("a listener's address").port();
    let flags = flags.replace("PORT", &port.to_string());
    let session = Session::new(&GUESTS);
    let pipeline = format!(
        "flow run $\"($env.FLOW_GUESTS)/rust/connect.wasm\" --output text {flags} -- 127.0.0.1:{port}"
    );
    match session.run(
        &mut session.command(["-c", &pipeline]),
        Duration::from_secs(60),
    ) {
        Ended::Itself(output) => output,
        Ended::Killed(output) => panic!("nu does not end: {}", said(&output)),
    }
}

/// All that `nu` said.
fn said(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    format!("{stdout}{}", String::from_utf8_lossy(&output.stderr))
}

/// Whether anybody called at `listener`.
fn was_called(listener: &TcpListener) -> bool {
    listener
        .set_nonblocking(true)
        .expect("a listener that does not wait");
    listener.accept().is_ok()
}

#[test]
fn a_granted_connection_carries_both_ways() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let answering = listener.try_clone().expect("a listener");
    let answer = std::thread::spawn(move || {
        let (mut stream, _) = answering.accept().expect("a caller");
        let mut line = String::new();
        BufReader::new(&stream)
            .read_line(&mut line)
            .expect("a line");
        stream
            .write_all(b"hello from outside\n")
            .expect("an answer");
        line
    });
    let output = connect(&listener, "--allow-net 127.0.0.1:PORT");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "hello from outside"
    );
    assert_eq!(
        answer.join().expect("the answering end"),
        "hello from inside\n"
    );
}

#[test]
fn without_a_grant_nobody_is_called_and_the_flag_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let output = connect(&listener, "");
    assert!(!was_called(&listener), "a connection without a grant");
    assert!(!output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("--allow-net"), "{}", said(&output));
}

#[test]
fn a_grant_of_one_port_is_not_a_grant_of_another() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let output = connect(&listener, "--allow-net 127.0.0.1:9");
    assert!(
        !was_called(&listener),
        "a connection to a port that was not granted"
    );
    assert!(!output.status.success(), "{}", said(&output));
}

#[test]
fn a_name_that_stands_for_an_address_is_granted_under_its_name_only() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let output = connect(&listener, "--allow-net localhost.example.invalid:PORT");
    assert!(
        !was_called(&listener),
        "a connection to an address that was not granted"
    );
    assert!(!output.status.success(), "{}", said(&output));
}
