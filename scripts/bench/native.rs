
/// The peer of `bench stream`: the handler above without a sandbox, from JSON text
/// to JSON text. `native RECORDS.jsonl` writes what a record takes, in nanoseconds.
fn main() {
    use std::hint::black_box;
    let path = std::env::args().nth(1).unwrap();
    let records = std::fs::read_to_string(path).unwrap();
    let records: Vec<&str> = records.lines().collect();
    let mut samples: Vec<u128> = (0..200)
        .map(|_| {
            let start = std::time::Instant::now();
            for record in &records {
                let input = serde_json::from_str(black_box(record)).unwrap();
                black_box(serde_json::to_string(&handle(input).unwrap()).unwrap());
            }
            start.elapsed().as_nanos() / records.len() as u128
        })
        .collect();
    samples.sort_unstable();
    println!("{{\"record_p50\": {}}}", samples[samples.len() / 2]);
}
