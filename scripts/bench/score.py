"""A small agent: what `python3` does with it too, as a process of its own."""

import json
import re


def handle(record):
    words = re.findall(r"\w+", record["text"])
    return {"id": record["id"], "score": len(words) / 10, "longest": max(words, key=len)}


if __name__ == "__main__":
    import sys

    print(json.dumps(handle(json.loads(sys.stdin.read()))))
