"""Command templates: one line per verb that both writes and reads a command.

`volume create -vserver svm1 -volume {name} [-comment {mark}]`: first the literal words that say which command it is,
then positional parameters, then options in any order; what stands in brackets may be missing. A positional parameter
and the word after an option are taken as they are, so that a name such as `--size` is a name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.dialects.form import SheetError
from connector.dialects.parameters import PARAMETERS
from connector.dialects.values import Codec
from connector.errors import CommandError
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["Template", "template_of"]

_ITEM = re.compile(r"\[(?P<optional>[^\[\]]+)\]|(?P<word>[^\s\[\]]+)|(?P<gap>\s+)")
_PARAMETER = re.compile(r"(?P<before>[^{}]*)\{(?P<name>\w+)\}(?P<after>[^{}]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One word: `before` and `after` around a parameter, or without `name` the literal `before`."""

    before: str
    name: str | None = None
    after: str = ""

    def write(self, codecs: Mapping[str, Codec], values: Mapping[str, Any]) -> str:
        """Raises `CommandError`."""
        if self.name is None:
            return self.before
        try:
            return f"{self.before}{codecs[self.name].write(values[self.name])}{self.after}"
        except ValueError as error:
            raise CommandError(f"{self.name}: {error}") from error

    def read(self, codecs: Mapping[str, Codec], word: str, values: dict[str, Any]) -> None:
        """Add what the word says to `values`. Raises `CommandError`."""
        if self.name is None:
            if word != self.before:
                raise CommandError(f"{word!a} where only {self.before!a} is accepted")
            return
        inner = len(word) - len(self.after)
        if inner < len(self.before) or not (word.startswith(self.before) and word.endswith(self.after)):
            raise CommandError(f"{word!a} is not of the form {self.before}{self.name}{self.after}")
        try:
            values[self.name] = codecs[self.name].read(word[len(self.before) : inner])
        except ValueError as error:
            raise CommandError(f"{self.name}: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A flag, and the word after it if it takes one."""

    flag: str
    slot: Slot | None
    required: bool

    @property
    def parameter(self) -> str | None:
        return self.slot.name if self.slot else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One verb's command."""

    verb: Verb
    text: str
    literals: tuple[str, ...]
    positionals: tuple[Slot, ...]
    options: Mapping[str, Option]
    codecs: Mapping[str, Codec]

    def takes(self, name: str) -> bool:
        """Whether the verb has such a parameter, in the template or not."""
        return any(parameter.name == name for parameter in PARAMETERS[self.verb])

    def write(self, values: Mapping[str, Any]) -> list[str]:
        """The words of the command. Raises `CommandError` for a value that cannot be spelled."""
        words = [*self.literals, *(slot.write(self.codecs, values) for slot in self.positionals)]
        for option in self.options.values():
            if option.required or option.parameter in values:
                words.append(option.flag)
                words.extend([option.slot.write(self.codecs, values)] if option.slot else [])
        return words

    def read(self, words: list[str]) -> dict[str, Any]:
        """The parameters in the words after the literals. Raises `CommandError`."""
        if len(words) < len(self.positionals):
            raise CommandError(f"a word is missing; accepted: {self.text}")
        values: dict[str, Any] = {}
        for slot, word in zip(self.positionals, words, strict=False):
            slot.read(self.codecs, word, values)
        try:
            self._read_options(words[len(self.positionals) :], values)
        except CommandError as error:
            for slot, word in zip(self.positionals, words, strict=False):
                if word in self.options:  # a name such as `--size` is a name, but seldom meant as one
                    raise CommandError(f"{error}; {word!a} was read as the {slot.name}") from error
            raise
        return values

    def _read_options(self, words: list[str], values: dict[str, Any]) -> None:
        seen: set[str] = set()
        rest = iter(words)
        for flag in rest:
            option = self.options.get(flag)
            if option is None or flag in seen:
                raise CommandError(f"{flag!a} is not expected here; accepted: {self.text}")
            seen.add(flag)
            if option.slot is not None:
                word = next(rest, None)
                if word is None:
                    raise CommandError(f"{flag} needs a word after it; accepted: {self.text}")
                option.slot.read(self.codecs, word, values)
        for option in self.options.values():
            if option.required and option.flag not in seen:
                raise CommandError(f"{option.flag} is missing; accepted: {self.text}")


def template_of(verb: Verb, text: str, codecs: Mapping[str, Codec]) -> Template:
    """Raises `SheetError`."""
    path: KeyPath = ("commands", verb.value)
    literals: list[str] = []
    positionals: list[Slot] = []
    options: dict[str, Option] = {}
    for words, required in _groups(text, path):
        if words[0].startswith("-"):
            slot = _slot(words[1], path) if len(words) == 2 else None
            if len(words) > 2 or words[0] in options:
                raise SheetError(path, f"{words[0]!r} must stand once, with one word after it at most")
            options[words[0]] = Option(flag=words[0], slot=slot, required=required)
        elif not required or options:
            raise SheetError(path, f"{words[0]!r}: after the first option there are only options")
        elif "{" in words[0]:
            positionals.append(_slot(words[0], path))
        elif positionals:
            raise SheetError(path, f"{words[0]!r}: literal words come before the first parameter")
        else:
            literals.append(words[0])
    template = Template(
        verb=verb, text=text, literals=tuple(literals), positionals=tuple(positionals), options=options, codecs=codecs
    )
    _check_parameters(template, path)
    return template


def _groups(text: str, path: KeyPath) -> list[tuple[list[str], bool]]:
    """Words that belong together (an option and its value), and whether they must be there."""
    groups: list[tuple[list[str], bool]] = []
    position = 0
    while position < len(text):
        item = _ITEM.match(text, position)
        if item is None:
            raise SheetError(path, f"a bracket without its partner at column {position + 1}")
        position = item.end()
        if item["optional"]:
            groups.append((item["optional"].split(), False))
        elif item["word"] and groups and groups[-1] == (groups[-1][0][:1], True) and groups[-1][0][0].startswith("-"):
            if item["word"].startswith("-"):
                groups.append(([item["word"]], True))
            else:
                groups[-1][0].append(item["word"])
        elif item["word"]:
            groups.append(([item["word"]], True))
    return groups


def _slot(word: str, path: KeyPath) -> Slot:
    if "{" not in word and "}" not in word:
        return Slot(before=word)
    found = _PARAMETER.fullmatch(word)
    if found is None:
        raise SheetError(path, f"{word!r} is not a word with one {{parameter}} in it")
    return Slot(before=found["before"], name=found["name"], after=found["after"])


def _check_parameters(template: Template, path: KeyPath) -> None:
    if not template.literals:
        raise SheetError(path, "must begin with a literal word")
    needed = [slot.name for slot in template.positionals]
    needed += [option.parameter for option in template.options.values() if option.required]
    optional = [option.parameter for option in template.options.values() if not option.required]
    known = {parameter.name: parameter.required for parameter in PARAMETERS[template.verb]}
    for name in filter(None, (*needed, *optional)):
        if name not in known:
            raise SheetError(path, f"{{{name}}} is not a parameter of {template.verb}; accepted: {', '.join(known)}")
        if (*needed, *optional).count(name) > 1:
            raise SheetError(path, f"{{{name}}} stands here twice")
    for name, required in known.items():
        if required and name not in needed:
            raise SheetError(path, f"{{{name}}} must be there, outside brackets")
        if not required and name in needed:
            raise SheetError(path, f"{{{name}}} may be absent: put it and its option in brackets")
