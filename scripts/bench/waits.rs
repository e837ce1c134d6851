
/// The handler of the template, that can also be asked to loop or to sleep. Only
/// because it may sleep does it import a clock that waits, and runs on a fiber.
fn handle_or_hang(order: Order) -> Result<Packing> {
    match order.id {
        -1 => loop {
            std::hint::black_box(&order);
        },
        -2 => std::thread::sleep(std::time::Duration::from_secs(3_600)),
        _ => {}
    }
    handle(order)
}

flow_agent::handler!(handle_or_hang);
