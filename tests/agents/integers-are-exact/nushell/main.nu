# Gives back what came.
def handle [record: any] { { echo: $record } }
