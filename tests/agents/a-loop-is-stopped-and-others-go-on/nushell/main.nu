# Never ends with the second record.
def handle [record: int] {
    while $record == 2 { }
    $record
}
