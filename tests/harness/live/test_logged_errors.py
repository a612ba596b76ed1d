"""The log of a part is searched for errors that it logged with a trace."""

from pathlib import Path

from harness.collect.internal_errors import InternalError, notes_of
from harness.live.logged_errors import errors_in

LOG = """\
2026-11-30 01:44:19,123 WARNING pipeline.processor.sweeper: north: not swept
2026-11-30 01:44:20,123 ERROR   pipeline.lasting: sweeper of north: internal error, 1 since the start; trying again
Traceback (most recent call last):
  File "x.py", line 1, in f
    raise KeyError("a bug")
KeyError: 'a bug'
2026-11-30 01:44:21,123 ERROR   pipeline.processor.sweeper: north: missing: home is active
2026-11-30 01:44:25,123 ERROR   pipeline.lasting: sweeper of north: internal error, 2 since the start; trying again
Traceback (most recent call last):
  File "x.py", line 1, in f
    raise KeyError("a bug")
KeyError: 'a bug'
2026-11-30 01:44:26,123 ERROR   pipeline.processor.dispatch: north: id: the work broke off
  + Exception Group Traceback (most recent call last):
  |   File "y.py", line 2, in g
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
"""


def test_each_error_with_a_trace_is_found_and_noted_once(tmp_path: Path) -> None:
    log = tmp_path / "processor.stderr"
    log.write_text(LOG)
    found = list(errors_in([("processor", log), ("api", tmp_path / "none")]))
    assert [row.error for row in found] == ["KeyError: 'a bug'", "KeyError: 'a bug'", "several errors"]
    assert notes_of(found) == [
        (
            "internal error in the processor, logged 2 times: sweeper of north: internal error, 1 since the start; "
            "trying again: KeyError: 'a bug'"
        ),
        "internal error in the processor, logged 1 times: north: id: the work broke off: several errors",
    ]


def test_of_many_different_errors_the_first_are_noted_and_the_others_counted() -> None:
    errors = [InternalError(part="api", message="m", error=f"E{number}") for number in range(8)]
    assert len(notes_of(errors)) == 6
    assert notes_of(errors)[-1] == "3 more internal errors: the parts' logs have them"
