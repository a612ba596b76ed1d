"""The items of a command template: a word, or an option and its value."""

from dataclasses import dataclass

from connector.dialects.places import TextPlace
from connector.dialects.text import Text

__all__ = ["Item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Words that belong together: one, or an option and its value. required: it has to be there.

    fields: those that it tells.
    """

    words: tuple[Text, ...]
    required: bool
    fields: tuple[str, ...]

    @property
    def flag(self) -> str | None:
        """The option that it is."""
        first = self.words[0].parts[0]
        return first if isinstance(first, str) and first.startswith("-") else None

    @property
    def places(self) -> tuple[TextPlace, ...]:
        return tuple(place for word in self.words for place in word.places)
