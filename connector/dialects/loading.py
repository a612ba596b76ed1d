"""Reading a dialect file: from TOML to an engine that is known to understand itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from math import lcm
from pathlib import Path

from connector.dialects.engine import FileDialect
from connector.dialects.form import SheetError
from connector.dialects.items import Item
from connector.dialects.noise import noise_of
from connector.dialects.operations import Builder
from connector.dialects.parameters import PARAMETERS
from connector.dialects.places import Places, TextPlace, places_of
from connector.dialects.quoting import QUOTINGS
from connector.dialects.reduction import supports
from connector.dialects.refusals import refusals_of
from connector.dialects.reply_check import tells_all
from connector.dialects.reply_reader import ReplyReader
from connector.dialects.reply_renderer import ReplyRenderer
from connector.dialects.selfcheck import check_dialect
from connector.dialects.sheet import Sheet, ValueSheet
from connector.dialects.steps import OperationStep, StepRole
from connector.dialects.values import codecs_of
from connector.errors import DialectError, TomlProblems
from connector.operations import Capability, Verb
from connector.tomlfile import TomlDocument, read_document
from connector.values import replace

__all__ = ["DIALECTS", "load_dialect"]

DIALECTS: Mapping[str, str] = {
    name: f"{name}.toml" for name in ("native", "filer", "ontap", "storwize", "inform", "usershare", "zfs")
}
"""The dialects that are shipped, by name: the one table that a new shipped dialect is added to."""

_SAMPLES = {"name": "share1", "client": "10.0.0.0/24", "snapshot": "s1", "mark": "owner/1", "request_id": "r-1"}

_DISPENSABLE = frozenset({Verb.CAPABILITIES, Verb.PING, Verb.RESIZE})
"""Verbs that a connector may lack."""


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
    return replace(dialect, tells_all=tells_all(dialect))


def _build(sheet: Sheet) -> FileDialect:
    codecs = codecs_of(sheet.values)
    capabilities = frozenset(sheet.capabilities)
    _check_verbs(sheet, capabilities)
    places = places_of(sheet.values, sheet.places, codecs)
    steps = Builder(sheet=sheet, places=places).steps()
    carried = {verb: frozenset(place.field for place in _places(steps[verb])) for verb in steps}
    _check_parameters(steps, carried, capabilities)
    refusals, noise = refusals_of(sheet.refusals, places), noise_of(sheet.noise) if sheet.noise else None
    statuses = sheet.exit_status == "always"
    return FileDialect(
        name=sheet.name,
        summary=sheet.summary,
        capabilities=capabilities,
        steps=steps,
        refusals=refusals,
        places=places,
        units=sheet.values.units,
        reader=ReplyReader(
            steps=steps,
            refusals=refusals,
            places=places,
            noise=noise,
            statuses=statuses,
            ends_lines=sheet.shell is None,
            units=sheet.values.units,
        ),
        renderer=ReplyRenderer(steps=steps, refusals=refusals, places=places, noise=noise, statuses=statuses),
        size_step=lcm(sheet.values.size_step, *_units(steps, sheet, places)),
        carried=carried,
        statuses=statuses,
        takes_any_text=not sheet.values.patterns and sheet.quotes == "shell",
        samples=_samples(sheet.values),
        quoting=QUOTINGS[sheet.quotes],
        shell=None if sheet.shell is None else sheet.shell.shell(),
    )


def _places(steps: Sequence[OperationStep]) -> Iterator[TextPlace]:
    for step in steps:
        if step.role is not StepRole.LOOK:
            yield from step.spellings[0].places


def _samples(values: ValueSheet) -> Mapping[str, str]:
    """Texts to try the dialect with."""
    samples = dict(_SAMPLES)
    samples.update((str(field), text) for field, text in values.samples.items())
    for field, pattern in values.patterns.items():
        if re.fullmatch(pattern, samples[field]) is None:
            what = f"{samples[field]!r}, with which it is tried, does not fit: give one that does in [values.samples]"
            raise SheetError(("values", "patterns", field), what)
    return samples


def _units(steps: Mapping[Verb, Sequence[OperationStep]], sheet: Sheet, places: Places) -> Iterator[int]:
    """Bytes of each unit in which a size is told somewhere."""
    yield min(sheet.values.units.values())
    found = re.findall(r"[{\"](size_\w+)(?:\}|\":)", sheet.model_dump_json())
    for name in sorted(set(found)):
        if name in places.by_name:
            yield places.by_name[name].unit


def _check_verbs(sheet: Sheet, capabilities: frozenset[Capability]) -> None:
    """A command and a reply for each verb that the capabilities call for, and for no other."""
    for verb in Verb:
        wanted = supports(verb, capabilities)
        has = verb in sheet.commands
        if has and not wanted:
            raise SheetError(("commands", verb.value), f"{verb} needs a capability that is not claimed")
        if wanted and not has and verb not in _DISPENSABLE:
            raise SheetError(("commands",), f"the verb {verb} is missing")
        if verb in sheet.replies and not has:
            raise SheetError(("replies", verb.value), f"there is no command {verb}")


def _check_parameters(
    steps: Mapping[Verb, Sequence[OperationStep]],
    carried: Mapping[Verb, frozenset[str]],
    capabilities: frozenset[Capability],
) -> None:
    """What a verb needs is told, and what may be absent stands in brackets."""
    for verb, found in steps.items():
        own = [step for step in found if step.role is not StepRole.LOOK]
        for parameter in PARAMETERS[verb]:
            told = parameter.name in carried[verb] or _is_told_otherwise(parameter.name, own)
            if parameter.required and not told:
                raise SheetError(("commands", verb.value), f"{{{parameter.name}}} must be there, outside brackets")
        for step in own:
            _check_brackets(step)
            _check_share(step)
        _check_capabilities(verb, carried[verb], capabilities)


def _is_told_otherwise(name: str, steps: Sequence[OperationStep]) -> bool:
    """A name by the connector's own number, a size by how much it changes."""
    places = [place for step in steps for place in step.spellings[0].places]
    return (name == "name" and any(place.identifies == "share" for place in places)) or (
        name == "size" and any(place.field in ("growth", "shrinkage") for place in places)
    )


def _check_share(step: OperationStep) -> None:
    """Each of several commands says which share it is about: a job alone has a number of its own."""
    if step.role in (StepRole.WHOLE, StepRole.LOOK, StepRole.JOB):
        return
    for template in step.spellings:
        if not any(place.name == "name" or place.identifies == "share" for place in template.places):
            raise SheetError(
                ("commands", step.verb.value), f"{template.text!r} does not say which share: {{name}} must be there"
            )


def _check_brackets(step: OperationStep) -> None:
    path = ("commands", step.verb.value)
    required = {parameter.name: parameter.required for parameter in PARAMETERS[step.verb]}
    for template in step.spellings:
        for item in template.items:
            for name in _alone(item):
                if required.get(name) is True and not item.required:
                    raise SheetError(path, f"{{{name}}} must be there, outside brackets")
                if required.get(name) is False and item.required:
                    raise SheetError(path, f"{{{name}}} may be absent: put it and its option in brackets")


def _alone(item: Item) -> Iterator[str]:
    """The fields that have a word to themselves, which can be left out with them. No command needs a request id."""
    for word in item.words:
        if len(word.places) == 1 and word.places[0].field != "request_id":
            yield word.places[0].field


def _check_capabilities(verb: Verb, carried: frozenset[str], capabilities: frozenset[Capability]) -> None:
    """A claimed capability must have a place in the commands, and what has a place must be claimed."""
    takes = [parameter.name for parameter in PARAMETERS[verb]]
    for name, capability in (
        ("mark", Capability.MARK),
        ("sequence", Capability.SEQUENCE),
        ("not_after", Capability.NOT_AFTER),
    ):
        if name in carried and capability not in capabilities:
            raise SheetError(("commands", verb.value), f"{{{name}}} needs the capability {capability}")
        # A list that shows marks, and a delete after a look, need not take one.
        needed = verb is Verb.CREATE if name == "mark" else True
        if needed and name not in carried and capability in capabilities and name in takes:
            raise SheetError(("commands", verb.value), f"claims {capability}, so it needs [… {{{name}}}]")
