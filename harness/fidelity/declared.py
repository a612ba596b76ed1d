"""Intended differences: what a fake does otherwise on purpose, each with a reason, from a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from connector.codes import Code
from connector.operations import Verb
from connector.table import TomlTable
from connector.tomlfile import read_toml
from harness.fidelity.differences import AnswerDifference
from harness.fidelity.steps import ShareSlot
from harness.scenario.words import table_section

__all__ = ["DifferencesTable", "IntendedDifference", "differences_markdown", "read_differences"]

Answer = Code | Literal["done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedDifference:
    """verb: of the command that is answered otherwise. share: the kind of name that it is about. real, fake: the codes,
    or `done`. None: any."""

    reason: str
    verb: str | None = None
    share: str | None = None
    real: str | None = None
    fake: str | None = None

    def covers(self, difference: AnswerDifference) -> bool:
        return (
            (self.verb is None or self.verb in difference.verbs)
            and (self.share is None or self.share in difference.shares)
            and self.real in {None, difference.real.code}
            and self.fake in {None, difference.fake.code}
        )

    @property
    def words(self) -> str:
        what = " ".join(each for each in (self.verb or "any command", self.share) if each)
        return f"{what}: {self.real or 'any answer'}, and the fake {self.fake or 'any other'}"


class DifferenceTable(TomlTable):
    """What the fake does otherwise on purpose. One that does not come any more is a failure."""

    verb: Verb | None = Field(default=None, description="the command that is answered otherwise; any if left out")
    share: ShareSlot | None = Field(
        default=None,
        description="the kind of name that it is about, such as `unicode`; any if left out. `a-in-capitals` is about "
        "all shares whose names differ in case alone",
    )
    real: Answer | None = Field(default=None, description="what the real connector answers: `done` or a code")
    fake: Answer | None = Field(default=None, description="what the fake answers")
    reason: str = Field(min_length=10, description="why it is accepted")

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.verb is None and self.share is None:
            raise ValueError("needs verb or share: what is answered otherwise has to be said")
        return self


class DifferencesTable(TomlTable):
    """Intended differences between a real connector and the fake that stands for it."""

    differences: tuple[DifferenceTable, ...] = Field(min_length=1, description="see below")


_DOCUMENT = """\
# The file of intended differences

What a fake does otherwise than the connector that it stands for, on purpose;
`spoolproof fidelity REAL FAKE --differences FILE` accepts these and no others
([how to](../how-to/compare-a-fake-with-a-connector.md)). A difference that is declared here and does not come any more
is a failure: it is to be removed. An unknown key is an error that names the line and the accepted keys.

```toml
[[differences]]
share = "unicode"
reason = "the connector takes ASCII names alone"

[[differences]]
verb = "resize"
real = "unsupported"
fake = "done"
reason = "shrinking is switched off on the cluster for now"
```

"""


def differences_markdown() -> str:
    """The documentation's page on the file."""
    schema = DifferencesTable.model_json_schema(mode="validation")
    return _DOCUMENT + table_section("`[[differences]]`", schema["$defs"]["DifferenceTable"], schema["$defs"])


def read_differences(path: Path) -> tuple[IntendedDifference, ...]:
    """Raises `TomlProblems`."""
    table = read_toml(path, DifferencesTable)
    return tuple(_declared(each) for each in table.differences)


def _declared(table: DifferenceTable) -> IntendedDifference:
    def word(value: object) -> str | None:
        return None if value is None else str(value)

    return IntendedDifference(
        verb=word(table.verb),
        share=word(table.share),
        real=word(table.real),
        fake=word(table.fake),
        reason=table.reason,
    )
