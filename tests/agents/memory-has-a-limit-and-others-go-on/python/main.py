"""Takes ever more memory with the second record."""


def handle(record):
    kept = []
    while record == 2:
        kept.append(bytearray(1 << 20))
    return record
