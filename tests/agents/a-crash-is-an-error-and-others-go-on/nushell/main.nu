# Recurses without end at the second record.
def deeper [depth: int] { 1 + (deeper ($depth + 1)) }

def handle [record: int] {
    if $record == 2 { deeper 0 }
    $record
}
