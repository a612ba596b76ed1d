"""What an answer means by the sheet: its rules, and the words of a refusal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from harness.http_client import HttpResponse
from harness.service.sheet.pointers import find, find_first
from harness.service.sheet.shares import Unreadable
from harness.service.sheet.tables import AnswerTable, SheetTable
from harness.service.sheet.terms import AnswerClass, SheetRequest
from harness.service.sheet.values import Value

__all__ = ["Judgement", "Judging", "cause_of", "holds", "read_document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an answer means, and the rule that says so; none: the defaults."""

    means: AnswerClass
    rule: AnswerTable | None = None


class Judging:
    """Applies the rules of a sheet."""

    def __init__(self, sheet: SheetTable) -> None:
        self._rules = {asked: [rule for rule in sheet.answers if rule.is_about(asked)] for asked in SheetRequest}

    def classify(self, asked: SheetRequest, response: HttpResponse, document: object) -> Judgement:
        """The first rule that matches; 2xx is ok otherwise, and all else unknown."""
        for rule in self._rules[asked]:
            if _matches(rule, response, document):
                return Judgement(means=rule.means, rule=rule)
        return Judgement(means=AnswerClass.OK if 200 <= response.status < 300 else AnswerClass.UNKNOWN)


def _matches(rule: AnswerTable, response: HttpResponse, document: object) -> bool:
    statuses = (response.status, f"{response.status // 100}xx")
    if not any(status in statuses for status in rule.status):
        return False
    if rule.media is not None and not media_of(response).startswith(rule.media):
        return False
    return rule.body is None or holds(rule.body, document)


def holds(condition: str | Mapping[str, list[Value]], document: object) -> bool:
    """Whether all values are there; of a pointer alone, whether there is anything but `false` and `null`."""
    if isinstance(condition, str):
        found = find(document, condition)
        return found is not None and found is not False
    return all(_is_one_of(find(document, pointer), values) for pointer, values in condition.items())


def _is_one_of(found: object, values: list[Value]) -> bool:
    """`true` is no 1."""
    return any(type(found) is type(value) and found == value for value in values)


def media_of(response: HttpResponse) -> str:
    """The content type, in lower case."""
    return response.headers.get("content-type", "").strip().lower()


def read_document(response: HttpResponse) -> object:
    """The JSON document of an answer, None for an empty one. Raises `Unreadable`."""
    if not response.body:
        return None
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError) as error:
        kind = media_of(response).partition(";")[0]
        raise Unreadable(f"not JSON (content type {kind or 'missing'})") from error


def cause_of(sheet: SheetTable, document: object, status: int) -> str:
    """Why it was refused, in a word: the last one of what may be a URI."""
    found = find_first(document, sheet.refusal.cause or ())
    word = str(found or "").rstrip("/").rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
    return word if word and word != "blank" else f"status-{status}"
