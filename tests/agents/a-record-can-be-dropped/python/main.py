"""Keeps what is even."""


def handle(record):
    return record if record % 2 == 0 else None
