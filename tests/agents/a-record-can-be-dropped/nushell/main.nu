# Keeps what is even.
def handle [record: int] { if $record mod 2 == 0 { $record } }
