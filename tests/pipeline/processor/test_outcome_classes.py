"""Outcomes, read by their code and by where they were stopped."""

import pytest

from connector.codes import CATALOGUE, Code
from connector.operations import DoneReply
from connector.outcomes import Done, Failed, Unknown
from connector.sites import Site
from pipeline.processor.outcome_classes import OutcomeClass, classify, describe


@pytest.mark.parametrize("code", Code)
def test_what_is_not_definite_is_unknown_whatever_the_code(code: Code) -> None:
    assert classify(Unknown(code=code, site=Site.CONNECTOR_REPLY, message="")) is OutcomeClass.UNKNOWN


@pytest.mark.parametrize("code", Code)
def test_what_was_stopped_before_the_command_never_reached_the_cluster(code: Code) -> None:
    assert classify(Failed(code=code, site=Site.SSH_AUTH, message="")) is OutcomeClass.UNREACHED


@pytest.mark.parametrize(
    ("code", "outcome_class"),
    [
        (Code.ALREADY_EXISTS, OutcomeClass.TAKEN),
        (Code.NOT_FOUND, OutcomeClass.MISSING),
        (Code.QUOTA, OutcomeClass.REFUSED),
        (Code.INVALID, OutcomeClass.REFUSED),
        (Code.DENIED, OutcomeClass.REFUSED),
        (Code.FULL, OutcomeClass.NOT_NOW),
        (Code.BUSY, OutcomeClass.BUSY),
        (Code.READ_ONLY, OutcomeClass.NOT_NOW),
        (Code.STALE, OutcomeClass.NOT_NOW),
        (Code.EXPIRED, OutcomeClass.NOT_NOW),
        (Code.REFUSED, OutcomeClass.UNREACHED),
    ],
)
def test_a_definite_refusal_means_what_its_code_says(code: Code, outcome_class: OutcomeClass) -> None:
    assert classify(Failed(code=code, site=Site.CONNECTOR_EXEC, message="")) is outcome_class


@pytest.mark.parametrize("code", [code for code, entry in CATALOGUE.items() if entry.definite and entry.retry])
def test_what_the_catalogue_would_retry_is_never_called_refused(code: Code) -> None:
    assert classify(Failed(code=code, site=Site.CONNECTOR_EXEC, message="")) in (
        OutcomeClass.NOT_NOW,
        OutcomeClass.BUSY,
        OutcomeClass.UNREACHED,
    )


def test_a_description_is_one_short_line_however_noisy_the_connector() -> None:
    noise = describe(Unknown(code=Code.UNREADABLE, site=Site.CONNECTOR_REPLY, message="a\n\tb " * 10_000))
    assert noise.startswith("unreadable at connector.reply: a b a b")
    assert len(noise) < 300
    assert "\n" not in noise
    assert describe(Done(reply=DoneReply())) == "done"
