"""Reads the file that it is told."""

from pathlib import Path


def handle(path):
    return Path(path).read_text()
