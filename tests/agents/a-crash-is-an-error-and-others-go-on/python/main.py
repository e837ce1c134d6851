"""Recurses without end at the second record."""


def deeper(depth):
    return 1 + deeper(depth + 1)


def handle(record):
    if record == 2:
        deeper(0)
    return record
