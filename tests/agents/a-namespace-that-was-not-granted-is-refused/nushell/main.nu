# Reads and writes the memory as it is told.
def handle [what: string] {
    match $what {
        "read" => { { found: (flow memory get prices tea) } }
        "other" => { { found: (flow memory get secrets x) } }
        "write" => {
            flow memory set prices tea 3
            { found: null }
        }
    }
}
