"""What one process does with a database of its own, by Python's sqlite3: seconds for one
get and for one set that is committed, as scripts/bench/memory.js does them."""

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

GETS, SETS = 100_000, 10_000

with tempfile.TemporaryDirectory(dir=sys.argv[1]) as folder:
    database = sqlite3.connect(Path(folder) / "peer.db", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    database.execute("create table memory (key text primary key, value text) without rowid")
    begun = time.perf_counter()
    for number in range(SETS):
        database.execute(
            "insert or replace into memory values (?, ?)",
            (f"key/{number % 1000}", json.dumps({"number": number})),
        )
    sets = (time.perf_counter() - begun) / SETS
    begun = time.perf_counter()
    for index in range(GETS):
        row = database.execute("select value from memory where key = ?", (f"key/{index % 1000}",)).fetchone()
        json.loads(row[0])
    gets = (time.perf_counter() - begun) / GETS
    database.close()
print(json.dumps({"get": gets, "committed_set": sets}))
