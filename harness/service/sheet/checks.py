"""What is wrong with a sheet that no table shows by itself: the key, and why."""

from collections.abc import Callable, Iterator, Mapping

from connector.toml_lines import KeyPath
from harness.service.sheet.lookup import places_of
from harness.service.sheet.places import SIZE_PLACES, places_in
from harness.service.sheet.request_tables import ListTable, RequestTable, ResizeTable
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import AnswerClass, Follow, Paging, SheetRequest, SheetState

__all__ = ["PLACES", "complaints"]

Complaint = tuple[KeyPath, str]

_SHARE = ("location", "name")
_CHANGE = ("location", "name", "id", "key", "key_uuid")
PLACES: Mapping[SheetRequest, tuple[str, ...]] = {
    SheetRequest.CREATE: (*_SHARE, *SIZE_PLACES, "key", "key_uuid"),
    SheetRequest.GET: (*_SHARE, "id"),
    SheetRequest.FIND: _SHARE,
    SheetRequest.LIST: ("location",),
    SheetRequest.RECORDS: ("location",),
    SheetRequest.RESIZE: (*_CHANGE, *SIZE_PLACES),
    SheetRequest.DELETE: _CHANGE,
    SheetRequest.ALLOW: (*_CHANGE, "client", "access"),
    SheetRequest.DENY: (*_CHANGE, "client", "access", "access_id"),
    SheetRequest.OPERATION: ("operation",),
    SheetRequest.CHANGE_LOG: ("location",),
}
"""The places that a request may have."""

_IN_HEADERS = frozenset({"key", "key_uuid", "location"})
"""What can stand in a header: a name may have letters that no header carries."""


def complaints(sheet: SheetTable) -> Iterator[Complaint]:
    """All that is wrong."""
    for check in _CHECKS:
        yield from check(sheet)


def _requests(sheet: SheetTable) -> Iterator[tuple[KeyPath, SheetRequest, RequestTable]]:
    """Every request, with its key."""
    for asked in SheetRequest:
        table = getattr(sheet, asked.value)
        if isinstance(table, RequestTable):
            yield (asked.value,), asked, table
            if isinstance(table, ResizeTable) and table.smaller is not None:
                yield (asked.value, "smaller"), asked, table.smaller


def _check_places(sheet: SheetTable) -> Iterator[Complaint]:
    yield from _header_places(("headers",), sheet.headers, ())
    for key, asked, table in _requests(sheet):
        accepted = PLACES[asked]
        yield from _wrong((*key, "path"), table.path, accepted)
        yield from _wrong((*key, "body"), table.body, accepted)
        yield from _wrong((*key, "form"), table.form, accepted)
        yield from _header_places((*key, "headers"), table.headers, accepted)
    if sheet.operation is not None:
        yield from _wrong(("operation", "path"), sheet.operation.path, PLACES[SheetRequest.OPERATION])
        yield from _header_places(("operation", "headers"), sheet.operation.headers, ())


def _header_places(key: KeyPath, headers: Mapping[str, str], accepted: tuple[str, ...]) -> Iterator[Complaint]:
    allowed = tuple(place for place in accepted if place in _IN_HEADERS)
    for name, template in headers.items():
        if not template.isascii() or not template.isprintable():
            yield (*key, name), "a header is printable ASCII"
        yield from _wrong((*key, name), template, (*allowed, "env.NAME"))


def _wrong(key: KeyPath, template: object, accepted: tuple[str, ...]) -> Iterator[Complaint]:
    """Places that mean nothing there."""
    try:
        for place in places_in(template):
            variable = place.startswith("env.") and place[4:].isidentifier() and "env.NAME" in accepted
            if place not in accepted and not variable:
                listing = ", ".join(f"{{{each}}}" for each in accepted) or "none"
                yield key, f"{{{place}}} is no place here; accepted: {listing}"
    except ValueError as error:
        yield key, str(error)


def _check_states(sheet: SheetTable) -> Iterator[Complaint]:
    seen: dict[str, SheetState] = {}
    for state, words in sheet.states.items():
        for index, word in enumerate(words):
            if word in seen:
                yield (
                    ("states", state.value, index),
                    f"{word!r} is in {seen[word].value} as well; a word means one state",
                )
            seen[word] = state
    if sheet.share.state is None and sheet.states:
        yield ("states",), "share.state is missing: where the state stands"
    elif sheet.share.state is not None and not sheet.states.get(SheetState.ACTIVE):
        yield ("states",), "active is missing: the words of a share that can be used"
    if sheet.share.state is None and sheet.follow is Follow.SHARE:
        yield ("share",), 'state is required, unless follow = "operation" or "none": nothing else tells what is pending'


def _check_ids(sheet: SheetTable) -> Iterator[Complaint]:
    for key, asked, table in _requests(sheet):
        if asked is not SheetRequest.CREATE and "id" in _known_places(table) and sheet.share.id is None:
            yield key, "{id} needs share.id: where the id stands"
        paging = table.paging if isinstance(table, ListTable) else None
        if paging is not None and paging.by is Paging.MARKER and sheet.share.id is None:
            yield (*key, "paging"), "marker needs share.id: the id of the last share is handed back"
    nowhere = sheet.allow is None or sheet.allow.access_id is None
    if sheet.deny is not None and nowhere and "access_id" in _known_places(sheet.deny):
        yield ("deny",), "{access_id} needs allow.access_id: where the id of a new rule stands"
    if sheet.resize is not None and sheet.resize.smaller is not None and sheet.share.size is None:
        yield ("resize", "smaller"), "needs share.size: the present size tells which request it is"


def _known_places(table: RequestTable) -> list[str]:
    try:
        return list(places_of(table))
    except ValueError:  # another check's complaint
        return []


def _check_locations(sheet: SheetTable) -> Iterator[Complaint]:
    if sheet.records is not None and sheet.share.location is None and "location" not in _known_places(sheet.records):
        yield ("records",), "needs share.location: where a share says which location it is in"


def _check_follow(sheet: SheetTable) -> Iterator[Complaint]:
    if (sheet.follow is Follow.OPERATION) != (sheet.operation is not None):
        missing = sheet.operation is None
        yield (
            ("follow",) if missing else ("operation",),
            "needs [operation]: how an operation is asked for" if missing else 'needs follow = "operation"',
        )


def _check_absence(sheet: SheetTable) -> Iterator[Complaint]:
    """Something must say that a share is gone: else a delete never ends."""
    by_list = sheet.get.items is not None
    by_state = bool(sheet.states.get(SheetState.GONE))
    by_answer = any(rule.means is AnswerClass.FAIL and rule.is_about(SheetRequest.GET) for rule in sheet.answers)
    by_lookup = "id" in _known_places(sheet.get)
    if not (by_list or by_state or by_answer or by_lookup):
        yield ("get",), "nothing says that there is no such share: add [[answers]] with what a get of none is answered"


def _check_answers(sheet: SheetTable) -> Iterator[Complaint]:
    for index, rule in enumerate(sheet.answers):
        if rule.state is not None and rule.means is not AnswerClass.OK:
            yield ("answers", index, "state"), 'goes with means = "ok" alone'
        if rule.cause is not None and rule.means is AnswerClass.OK:
            yield ("answers", index, "cause"), 'goes with means = "fail" or "unknown" alone'


def _check_change_log(sheet: SheetTable) -> Iterator[Complaint]:
    table = sheet.change_log
    if table is None:
        return
    if sheet.share.id is None or sheet.share.state is None:
        missing = "id" if sheet.share.id is None else "state"
        yield ("change_log",), f"needs share.{missing}: its rows are compared with answers"
    if table.location is None and "location" not in _known_places(table):
        yield ("change_log",), "needs location: where a row says which location it is about"
    if table.paging is not None and table.paging.by is Paging.MARKER:
        yield ("change_log", "paging", "by"), "takes cursor, offset or link: a row has no id of its own"
    if table.writers and table.writer is None:
        yield ("change_log", "writers"), "needs writer: where a row says who wrote it"


_CHECKS: tuple[Callable[[SheetTable], Iterator[Complaint]], ...] = (
    _check_places,
    _check_states,
    _check_ids,
    _check_locations,
    _check_follow,
    _check_absence,
    _check_answers,
    _check_change_log,
)
