# needs: pyodide, python3
use std/assert
use ../../assertions.nu *

install python

"# /// script
# requires-python = '>=3.12'
# dependencies = ['pydantic>=2,<3']
# ///
from datetime import datetime
from pydantic import BaseModel, Field

class Order(BaseModel):
    id: int
    placed: datetime
    price: float = Field(ge=0)

class Scored(BaseModel):
    id: int
    score: float
    placed: datetime

def handle(record):
    order = Order.model_validate(record)
    return Scored(id=order.id, score=order.price / 10, placed=order.placed)
" | save score.py
let orders = [[id placed price]; [1 "2026-01-02T03:04:05Z" 7] [2 "2026-01-02T03:04:05Z" 3]]
let scored = $orders | flow run score.py | where score > 0.5
assert equal ($scored | get id) [1]
assert equal ($scored.0.placed | describe) datetime
let refused = [{ id: 3, placed: "never", price: 1 }] | flow run score.py | outcomes
$refused.0.failed | assert contains "pydantic_core._pydantic_core.ValidationError"
$refused.0.failed | assert contains "placed"

# An agent with a folder keeps its lock beside its manifest, and is built once.
flow new python shop | ignore
open shop/agent.toml | reject signature | upsert build.packages ["idna==3.10"] | save --force shop/agent.toml
"import idna

def handle(record):
    return idna.encode(record).decode()
" | save --force shop/main.py
let built = flow build shop | select language tool | first
assert equal $built { language: python, tool: pyodide }
assert ("shop/pylock.toml" | path exists)
assert equal (flow build shop | get 0.cached) true
assert equal (["zoë.example"] | flow run shop) ["xn--zo-ija.example"]

"# /// script
# dependencies = ['numpy']
# ///
def handle(record):
    pass
" | save numbers.py
assert fails "flow::python" { [1] | flow run numbers.py } | assert contains "numpy"
