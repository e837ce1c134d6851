# /// script
# dependencies = ["pydantic-core"]
# ///
"""The same with a validator of pydantic-core, which is made when the agent is spawned."""

from pydantic_core import SchemaValidator, core_schema

record = SchemaValidator(
    core_schema.typed_dict_schema(
        {
            "id": core_schema.typed_dict_field(core_schema.int_schema()),
            "text": core_schema.typed_dict_field(core_schema.str_schema()),
        }
    )
)


def handle(value):
    value = record.validate_python(value)
    return {"id": value["id"], "score": len(value["text"].split()) / 10}
