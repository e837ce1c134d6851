"""Counts the records."""

records = 0


def handle(record):
    global records
    records += 1
    return records
