"""What an interpreter does once before a snapshot of it is taken, to be warm in all that start from it."""

# An agent like many.
AGENT = """
import re
_words = re.compile("[a-z0-9_]+|(?P<other>[^ ])")

class Sum:
    def __init__(self, total=0):
        self.total = total

def handle(record):
    sum = Sum()
    for item in record.get("items", []):
        sum.total += item["price"] * 2
    words = [word for word in _words.findall(record["text"]) if word]
    return {**record, "total": round(sum.total, 2), "words": len(words), "text": f"{words}"}
"""


# What packages do once, at their first use: pydantic looks through all packages for
# its plugins, which takes a quarter of a second.
FIRST_USES = {
    "pydantic": """
class Example(pydantic.BaseModel):
    id: int
    names: list[str] = []
    more: dict[str, float | None] = {}

Example.model_validate_json(Example(id=1, names=["a"]).model_dump_json()).model_dump()
""",
}
