# Takes ever more memory with the second record.
def handle [record: int] {
    mut kept = "0123456789abcdef"
    while $record == 2 { $kept = $kept + $kept }
    $record
}
