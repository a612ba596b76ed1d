"""Opens a sheet by its name, its file, or as a Python adapter: what speaks to the service."""

import os
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from connector.errors import TomlProblems
from connector.toml_lines import KeyPath
from connector.toml_words import did_you_mean
from connector.tomlfile import TomlDocument, read_document
from harness.errors import NoSheet
from harness.http_client import OpenHttpClient, open_httpx
from harness.service.sheet.adapters import ListingApi, adapter_names, find_adapter
from harness.service.sheet.api import SheetApi
from harness.service.sheet.change_log import state_in_history
from harness.service.sheet.checks import complaints
from harness.service.sheet.lookup import sends_key
from harness.service.sheet.places import places_in
from harness.service.sheet.tables import ChangeLogTable, SheetTable, TlsTable
from reports.allowances import Allowances, LogDetail

__all__ = [
    "SHEETS",
    "ListingApi",
    "OpenSheet",
    "allowances_of",
    "open_sheet",
    "parse_sheet",
    "read_sheet",
    "sheet_file",
]

SHEETS: Mapping[str, str] = {
    "reference": "reference.toml",
    "manila": "manila.toml",
    "operations": "operations.toml",
}
"""The sheets that are shipped, by name: the one table that a new shipped sheet is added to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSheet:
    """A sheet, ready for one run. open_http: opens a client as its TLS settings say. table: None of an adapter."""

    name: str
    summary: str
    api: ListingApi
    open_http: OpenHttpClient
    allowances: Allowances
    table: SheetTable | None


def open_sheet(name_or_path: str, *, beside: Path, environment: Mapping[str, str] | None = None) -> OpenSheet:
    """A shipped sheet by its name, one by the path of its file, or an adapter by `module:attribute` or its entry point.

    beside: the folder in which a relative path is looked for, and a module too. environment: default: this process's.
    Raises `NoSheet` where there is none of that name or a variable is missing, `TomlProblems` for a wrong file.
    """
    path = sheet_file(name_or_path, beside=beside)
    if path is None:
        adapter = find_adapter(name_or_path, beside=beside)
        return OpenSheet(
            name=name_or_path,
            summary="",
            api=adapter,
            open_http=open_httpx,
            allowances=adapter.allowances,
            table=None,
        )
    table = read_sheet(path)
    api = SheetApi(table, _variables(table, name_or_path, os.environ if environment is None else environment))
    open_http = partial(open_httpx, certificates=partial(_certificates, table.tls, path.parent))
    return OpenSheet(
        name=table.name,
        summary=table.summary,
        api=api,
        open_http=open_http,
        allowances=allowances_of(table),
        table=table,
    )


def sheet_file(name_or_path: str, *, beside: Path) -> Path | None:
    """The file of a sheet; None for an adapter. Raises `NoSheet`."""
    if name_or_path in SHEETS:
        with as_file(files("harness.service.sheet").joinpath(SHEETS[name_or_path])) as shipped:
            return shipped
    if name_or_path.endswith(".toml"):
        return beside / name_or_path
    if ":" in name_or_path or name_or_path in adapter_names():
        return None
    known = [*SHEETS, *adapter_names()]
    raise NoSheet(
        f"no service sheet {name_or_path!r}{did_you_mean(name_or_path, known)}; accepted: {', '.join(known)}, "
        "the path of a .toml file, or module:attribute"
    )


def read_sheet(path: Path) -> SheetTable:
    """Read a file. Raises `TomlProblems` with everything that is wrong in it."""
    return _checked(read_document(path))


def parse_sheet(text: str, source_name: str) -> SheetTable:
    """Read a text; `source_name` stands for it in messages. Raises `TomlProblems`."""
    return _checked(TomlDocument.parse(text, source_name))


def allowances_of(sheet: SheetTable) -> Allowances:
    """What the checkers allow a service that is spoken to so."""
    keys = sheet.idempotency is not None or sends_key(sheet.create)
    log = sheet.change_log
    return Allowances(
        keys=keys,
        grace=sheet.allowances.grace,
        late_effects=sheet.allowances.late_effects,
        moves=() if log is None else tuple((state_in_history(old), state_in_history(new)) for old, new in log.moves),
        skew=0.0 if log is None else log.skew,
        unlogged=() if log is None else tuple(_unlogged(log)),
    )


def _unlogged(log: ChangeLogTable) -> Iterator[LogDetail]:
    """What a log of changes does not tell. No service but the reference pipeline marks what it makes on a cluster."""
    if log.writer is None:
        yield LogDetail.WRITER
    if log.reason is None:
        yield LogDetail.REASON
    yield LogDetail.OWNER


def _checked(document: TomlDocument) -> SheetTable:
    if blanks := tuple(document.problem(key, f"{text!r} is to be filled in") for key, text in _blanks(document.values)):
        raise TomlProblems(blanks)
    sheet = document.validate(SheetTable)
    problems = [document.problem(key, message) for key, message in complaints(sheet)]
    if problems:
        raise TomlProblems(tuple(sorted(problems, key=lambda problem: problem.line or 0)))
    return sheet


def _blanks(value: object, key: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """What `service new` leaves open."""
    if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
        yield key, value
    steps = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _blanks(inner, (*key, step))


def _variables(sheet: SheetTable, name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that the sheet names. Their values are secret: no message shows one."""
    wanted = dict.fromkeys(place[4:] for place in _header_places(sheet) if place.startswith("env."))
    for variable in wanted:
        if not environment.get(variable):
            raise NoSheet(f"{name}: the environment variable {variable} is not set; the sheet takes a header from it")
        if not environment[variable].isascii() or not environment[variable].isprintable():
            raise NoSheet(f"{name}: the environment variable {variable} has characters that no header carries")
    return {variable: environment[variable] for variable in wanted}


def _header_places(sheet: SheetTable) -> Iterator[str]:
    tables = (sheet.create, sheet.get, sheet.find, sheet.list, sheet.records, sheet.resize, sheet.delete, sheet.allow)
    others = (sheet.resize and sheet.resize.smaller, sheet.deny, sheet.operation, sheet.change_log)
    for table in (sheet, *tables, *others):
        if table is not None:
            yield from places_in(table.headers)


def _certificates(tls: TlsTable, beside: Path) -> ssl.SSLContext:
    """How certificates are checked. Raises `NoSheet` for a file of certificates that is none."""
    if tls.ca is None:
        context = ssl.create_default_context()
    else:
        try:
            context = ssl.create_default_context(cafile=beside / tls.ca)
        except (OSError, ssl.SSLError) as error:
            raise NoSheet(f"tls.ca: {tls.ca}: not a file of certificates: {error}") from error
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
