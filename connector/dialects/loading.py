"""Reading a dialect file: from TOML to an engine that is known to understand itself."""

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import assert_never

from connector.dialects.columns import columns_of
from connector.dialects.engine import FileDialect
from connector.dialects.form import Form, SheetError
from connector.dialects.json_form import json_form
from connector.dialects.message_form import message_form
from connector.dialects.record_form import record_form
from connector.dialects.reduction import supports
from connector.dialects.refusals import refusal_form
from connector.dialects.selfcheck import check_dialect
from connector.dialects.sheet import JsonReplySheet, MessageSheet, RecordSheet, ReplySheet, Sheet, TableSheet
from connector.dialects.table_form import table_form
from connector.dialects.templates import Template, template_of
from connector.dialects.values import Codec, codecs_of
from connector.errors import DialectError, TomlProblems
from connector.operations import Capability, Verb
from connector.tomlfile import TomlDocument, read_document

__all__ = ["DIALECTS", "load_dialect"]

DIALECTS: Mapping[str, str] = {"native": "native.toml", "filer": "filer.toml"}
"""The dialects that are shipped, by name: the one table that a new shipped dialect is added to."""


def load_dialect(name_or_path: str | Path) -> FileDialect:
    """A shipped dialect by its name, or any by the path of its file. Raises `DialectError`."""
    try:
        if isinstance(name_or_path, str) and name_or_path in DIALECTS:
            with as_file(files("connector.dialects").joinpath(DIALECTS[name_or_path])) as shipped:
                return _compile(read_document(shipped))
        path = Path(name_or_path)
        if path.suffix != ".toml":
            raise DialectError(
                f"no dialect {str(name_or_path)!r}; accepted: {', '.join(DIALECTS)}, or the path of a .toml file"
            )
        return _compile(read_document(path))
    except TomlProblems as error:
        raise DialectError(str(error)) from error


def _compile(document: TomlDocument) -> FileDialect:
    sheet = document.validate(Sheet)
    try:
        dialect = _build(sheet)
        check_dialect(dialect)
    except SheetError as error:
        raise DialectError(str(document.problem(error.path, str(error)))) from error
    return dialect


def _build(sheet: Sheet) -> FileDialect:
    codecs = codecs_of(sheet.values)
    capabilities = frozenset(sheet.capabilities)
    _check_verbs(sheet, capabilities)
    templates = [template_of(verb, text, codecs) for verb, text in sheet.commands.items()]
    templates.sort(key=lambda template: (-len(template.literals), template.text))
    _check_prefixes(templates)
    _check_capabilities(templates, capabilities)
    return FileDialect(
        name=sheet.name,
        summary=sheet.summary,
        capabilities=capabilities,
        templates=tuple(templates),
        forms={verb: _form(verb, reply, codecs) for verb, reply in sheet.replies.items()},
        refusals=refusal_form(sheet.refusals),
        shell=None if sheet.shell is None else sheet.shell.shell(),
    )


def _form(verb: Verb, sheet: ReplySheet, codecs: Mapping[str, Codec]) -> Form:
    path = ("replies", verb.value)
    match sheet:
        case MessageSheet():
            return message_form(verb, sheet, path)
        case JsonReplySheet():
            return json_form(verb, sheet, codecs, path)
        case TableSheet():
            return table_form(verb, sheet, columns_of(verb, sheet.columns, codecs, (*path, "columns")), path)
        case RecordSheet():
            return record_form(verb, sheet, columns_of(verb, sheet.columns, codecs, (*path, "columns")), path)
        case _:
            assert_never(sheet)


def _check_verbs(sheet: Sheet, capabilities: frozenset[Capability]) -> None:
    """A command and a reply for each verb that the capabilities call for, and for no other."""
    for verb in Verb:
        wanted = supports(verb, capabilities)
        for table, has in (("commands", verb in sheet.commands), ("replies", verb in sheet.replies)):
            if has != wanted:
                problem = f"the verb {verb} is missing" if wanted else f"{verb} needs a capability that is not claimed"
                raise SheetError((table, verb.value) if has else (table,), problem)


def _check_prefixes(templates: Sequence[Template]) -> None:
    """After `share show {name}` no `share show all`: a share may be called `all`."""
    for short in templates:
        for other in templates:
            begins_alike = other.literals[: len(short.literals)] == short.literals
            if short.positionals and other is not short and begins_alike:
                raise SheetError(
                    ("commands", other.verb.value), f"cannot be told apart from {short.verb}: begin it with other words"
                )


def _check_capabilities(templates: Sequence[Template], capabilities: frozenset[Capability]) -> None:
    """A claimed capability must have a place in the commands, and what has a place must be claimed."""
    for name, capability in (
        ("mark", Capability.MARK),
        ("sequence", Capability.SEQUENCE),
        ("not_after", Capability.NOT_AFTER),
    ):
        for template in templates:
            has = any(option.parameter == name for option in template.options.values())
            if has and capability not in capabilities:
                raise SheetError(("commands", template.verb.value), f"{{{name}}} needs the capability {capability}")
            if not has and capability in capabilities and template.takes(name):
                raise SheetError(("commands", template.verb.value), f"claims {capability}, so it needs [… {{{name}}}]")
