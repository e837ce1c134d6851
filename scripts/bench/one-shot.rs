//! A WASI command that any runner can run: counts the words of its input.
fn main() {
    let text = std::io::read_to_string(std::io::stdin()).unwrap();
    println!("{}", text.split_whitespace().count());
}
