"""What is wrong with `[service]` that no field shows by itself."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from connector.toml_lines import KeyPath
from connector.toml_words import did_you_mean
from harness.scenario import templates
from harness.scenario.service import sheet_complaint
from harness.scenario.service_spec import ServiceKind
from harness.scenario.service_tables import FileTable, PartTable, ReadyTable, ServiceTable

__all__ = ["service_complaints"]

_ATTRIBUTE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")

Complaint = tuple[KeyPath, str]
_ONLY = {
    ServiceKind.REFERENCE: frozenset({"kind"}),
    ServiceKind.PROCESS: frozenset(ServiceTable.model_fields),
    ServiceKind.URL: frozenset({"kind", "sheet", "url", "ports", "keys"}),
    ServiceKind.PYTHON: frozenset({"kind", "sheet", "url", "parts", "files"}),
}
_WHY = {
    ServiceKind.REFERENCE: "the reference pipeline has its own; its settings are in `[pipeline]`",
    ServiceKind.URL: "a service of kind 'url' runs elsewhere: nothing of it is started",
    ServiceKind.PROCESS: "",
    ServiceKind.PYTHON: "each run tells it where its clusters are",
}


def service_complaints(table: ServiceTable, clusters: Sequence[str], beside: Path | None) -> Iterator[Complaint]:
    """Each with its key below the table. beside: the folder from which relative paths are meant; None: no file is
    looked at."""
    odd = sorted(table.model_fields_set - _ONLY[table.kind])
    yield from (((key,), f"not for kind {table.kind.value!r}: {_WHY[table.kind]}") for key in odd)
    if table.kind is ServiceKind.REFERENCE or odd:
        return
    if beside is not None and (reason := sheet_complaint(table.sheet, beside)) is not None:
        yield ("sheet",), reason
    yield from _url(table, list(clusters))
    if table.kind is ServiceKind.PROCESS and not table.parts:
        yield ("parts",), "needs at least one `[[service.parts]]` with a command"
    if table.kind is ServiceKind.PYTHON and not table.parts:
        yield ("parts",), "needs at least one `[[service.parts]]` with an app or a worker"
    for name in table.ports:
        if name not in clusters:
            known = list(clusters)
            yield ("ports", name), f"unknown cluster {name!r}{did_you_mean(name, known)}; accepted: {', '.join(known)}"
    taken: set[str] = set()
    for index, part in enumerate(table.parts):
        runs = _module(part) if table.kind is ServiceKind.PYTHON else _command(part, list(clusters))
        found = (*runs, *_part(part, list(clusters), beside))
        yield from ((("parts", index, *key), reason) for key, reason in found)
        if part.name in taken or part.name in clusters:
            other = "an earlier part" if part.name in taken else "a cluster"
            yield ("parts", index, "name"), f"{part.name!r} is the name of {other}; take another"
        taken.add(part.name)
    for index, file in enumerate(table.files):
        yield from ((("files", index, *key), reason) for key, reason in _file(file, list(clusters), beside))


def _url(table: ServiceTable, clusters: list[str]) -> Iterator[Complaint]:
    if table.url is None:
        yield ("url",), 'needed: where the clients of the service find it, such as "http://127.0.0.1:{port.api}"'
        return
    yield from _fields(("url",), table.url, clusters)
    parts = urlsplit(templates.render(table.url, lambda word, name: "1"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield ("url",), f"must be an http:// or https:// URL (got {table.url!r})"
    elif table.kind is ServiceKind.URL and next(templates.ports_in(table.url), None) is not None:
        yield ("url",), "a service that runs elsewhere gets no port here; write the port itself"


def _command(part: PartTable, clusters: list[str]) -> Iterator[Complaint]:
    for key in ("app", "worker"):
        if getattr(part, key) is not None:
            yield (key,), "is of a service of kind 'python'; this one has commands"
    if not part.command or not part.command[0]:
        yield ("command",), 'needs a program, such as ["{python}", "app.py"]'
    for position, word in enumerate(part.command):
        yield from _fields(("command", position), word, clusters)


def _module(part: PartTable) -> Iterator[Complaint]:
    if part.command:
        yield ("command",), "a service of kind 'python' has an app or a worker instead"
    if (part.app is None) is (part.worker is None):
        yield (), "needs either app or worker"
    for key in ("app", "worker"):
        words = getattr(part, key)
        if words is not None and _ATTRIBUTE.fullmatch(words) is None:
            yield (key,), f'must be "module:attribute", such as "portal.api:app" (got {words!r})'


def _part(part: PartTable, clusters: list[str], beside: Path | None) -> Iterator[Complaint]:
    for name, value in part.environment.items():
        yield from _fields(("environment", name), value, clusters)
        if name.startswith("SPOOLPROOF_") or "=" in name or not name:
            yield ("environment", name), "not a variable that can be set here: SPOOLPROOF_… are given by the run"
    if beside is not None and not (beside / part.folder).is_dir():
        yield ("folder",), f"{part.folder!r} is not a folder beside this file"
    if part.ready is not None:
        yield from ((("ready", *key), reason) for key, reason in _ready(part.ready, clusters))


def _ready(ready: ReadyTable, clusters: list[str]) -> Iterator[Complaint]:
    if len(ready.given) != 1:
        yield (), "needs exactly one of url, port, log and file"
    for kind, target in ready.given:
        if kind.value != "log":
            yield from _fields((kind.value,), target, clusters)
    if ready.log is not None:
        try:
            re.compile(ready.log)
        except re.error as error:
            yield ("log",), f"not a regular expression: {error}"


def _file(file: FileTable, clusters: list[str], beside: Path | None) -> Iterator[Complaint]:
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or not path.name:
        yield ("path",), f"must stay within {{work}}, the run's own folder (got {file.path!r})"
    if (file.text is None) is (file.template is None):
        yield (), "needs either text or template"
    elif file.text is not None:
        yield from _fields(("text",), file.text, clusters)
    elif beside is not None:
        yield from _template(beside / str(file.template), clusters)


def _template(path: Path, clusters: list[str]) -> Iterator[Complaint]:
    try:
        yield from _fields(("template",), path.read_text(encoding="utf-8"), clusters)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        yield ("template",), f"{path}: cannot be read: {why}"


def _fields(key: KeyPath, text: str, clusters: list[str]) -> Iterator[Complaint]:
    yield from ((key, reason) for reason in templates.complaints(text, clusters))
