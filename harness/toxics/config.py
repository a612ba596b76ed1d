"""A toxic as a scenario file or a request body spells it."""

from typing import Annotated, Any, ClassVar

from fake_clusters.rules.keys import keys_of
from fake_clusters.rules.rule import RuleKind
from fake_clusters.rules.tables import LabelledTable, WindowedTable, one_of
from harness.toxics import TOXICS
from harness.toxics.toxic import Toxic

__all__ = ["AnyToxic", "AnyToxicRule", "ToxicRuleTable", "ToxicTable"]


class ToxicTable(LabelledTable):
    """A toxic on a link that stands."""

    KINDS: ClassVar[dict[str, RuleKind]] = {**TOXICS}
    NOUN: ClassVar[str] = "toxic"

    def toxic(self) -> Toxic:
        """The toxic that this table spells."""
        kind = TOXICS[self.kind]
        parameters: Any = kind.parameters(**self.values(keys_of(kind.parameters)))
        chosen = self.values([key for key in kind.keys if key != "link"])
        return Toxic(name=self.name, kind=kind, parameters=parameters, **chosen)


class ToxicRuleTable(WindowedTable):
    """A toxic of a scenario: it comes to its links and leaves them again."""

    KINDS: ClassVar[dict[str, RuleKind]] = {**TOXICS}
    NOUN: ClassVar[str] = "toxic"

    link: str


AnyToxic = Annotated[ToxicTable, one_of(ToxicTable, without=("link",))]
"""A toxic of any kind."""

AnyToxicRule = Annotated[ToxicRuleTable, one_of(ToxicRuleTable)]
"""A rule with a toxic of any kind."""
