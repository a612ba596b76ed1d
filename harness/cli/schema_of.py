"""Which kinds of file have a JSON Schema; apart from the schemas, since `--help` shall import nothing heavy."""

from enum import StrEnum

__all__ = ["SchemaOf"]


class SchemaOf(StrEnum):
    """The files that have a JSON Schema."""

    SCENARIO = "scenario"
    SHEET = "sheet"
    DIALECT = "dialect"
    TAPE = "tape"
