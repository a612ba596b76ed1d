"""From the text of a command template to its words: which belong together, and which may be missing.

A brace or bracket of its own is written twice. Double quotes hold a word with blanks together, where the dialect has
quotes in its commands at all; where it has none they are signs as any other.
"""

import re
from collections.abc import Sequence

from connector.dialects.form import SheetError
from connector.toml_lines import KeyPath

__all__ = ["WordGroup", "groups_of"]

WordGroup = tuple[list[str], bool]
"""Words that belong together (an option and its value), and whether they must be there."""

_BARE = re.compile(r"(?P<word>(?:\[\[|\]\]|[^\s\[\]])+)|\[(?P<optional>[^\[\]]+)\]|(?P<gap>\s+)")
_QUOTED = re.compile(
    r'(?P<word>(?:"[^"]*"|\[\[|\]\]|[^\s\[\]"])+)|\[(?P<optional>[^\[\]]+)\]|(?P<gap>\s+)',
)
_WORDS = re.compile(r'(?:"[^"]*"|[^\s"])+')


def groups_of(text: str, path: KeyPath, *, quoted: bool) -> list[WordGroup]:
    """quoted: double quotes hold words together. Raises `SheetError`."""
    groups: list[WordGroup] = []
    position = 0
    while position < len(text):
        item = (_QUOTED if quoted else _BARE).match(text, position)
        if item is None:
            sign = "quotation mark" if text[position] == '"' else "bracket"
            what = f"a {sign} without its partner at column {position + 1}"
            raise SheetError(path, what if sign != "bracket" else f"{what}; one of its own is written twice")
        position = item.end()
        if item["optional"]:
            words = _WORDS.findall(item["optional"]) if quoted else item["optional"].split()
            groups.append(([_plain(word, quoted=quoted) for word in words], False))
        elif item["word"]:
            _add(groups, _plain(item["word"], quoted=quoted))
    return groups


def _add(groups: list[WordGroup], word: str) -> None:
    if _takes_value(groups) and not word.startswith("-"):
        groups[-1][0].append(word)
    else:
        groups.append(([word], True))


def _plain(word: str, *, quoted: bool) -> str:
    word = word.replace("[[", "[").replace("]]", "]")
    return word.replace('"', "") if quoted else word


def _takes_value(groups: Sequence[WordGroup]) -> bool:
    """Whether the last of them is an option without a value yet."""
    if not groups:
        return False
    (first, *more), required = groups[-1]
    return required and not more and first.startswith("-") and "=" not in first and "{" not in first
