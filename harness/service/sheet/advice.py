"""Advice on a sheet that reads well, and leaves more unknown than it has to."""

from collections.abc import Iterator

from connector.toml_lines import KeyPath
from harness.service.sheet.lookup import sends_key
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import AnswerClass, SheetRequest

__all__ = ["advice"]


def advice(sheet: SheetTable) -> Iterator[tuple[KeyPath, str]]:
    """The key, and what may be better."""
    if sheet.idempotency is None and not sends_key(sheet.create):
        yield ("create",), "no idempotency key: a create that is tried again may make two shares (S1), and S6 says less"
    for asked in (SheetRequest.CREATE, SheetRequest.DELETE):
        if not any(rule.means is AnswerClass.FAIL and rule.is_about(asked) for rule in sheet.answers):
            yield (
                (asked.value,),
                f"no refusal is certain: add [[answers]] that mean fail, else each refused {asked} is unknown",
            )
    if sheet.share.id is None:
        yield ("share",), "no id: a share that was made again cannot be told from the one before"
    if not sheet.tls.verify:
        yield ("tls", "verify"), "any certificate will do: whoever is in between can read the secrets in headers"
