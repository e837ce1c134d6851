//! Connects to its argument, `host:port`, sends a line, and prints the line that comes back.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("needs `host:port`")?;
    let mut stream = TcpStream::connect(&address)?;
    stream.write_all(b"hello from inside\n")?;
    let mut answer = String::new();
    BufReader::new(&stream).read_line(&mut answer)?;
    print!("{answer}");
    Ok(())
}
