"""Answers with an integer that is one too large."""


def handle(record):
    return {"answer": {"large": 2**63}}
