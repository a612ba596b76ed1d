"""Outcomes, read by their code and by where they were stopped."""

import pytest

from connector.codes import CATALOGUE, Code
from connector.operations import DoneReply
from connector.outcomes import Done, Failed, Unknown
from connector.sites import Site
from pipeline.processor.meanings import Meaning, classify, describe


@pytest.mark.parametrize("code", Code)
def test_what_is_not_definite_is_unknown_whatever_the_code(code: Code) -> None:
    assert classify(Unknown(code=code, site=Site.CONNECTOR_REPLY, message="")) is Meaning.UNKNOWN


@pytest.mark.parametrize("code", Code)
def test_what_was_stopped_before_the_command_never_reached_the_cluster(code: Code) -> None:
    assert classify(Failed(code=code, site=Site.SSH_AUTH, message="")) is Meaning.UNREACHED


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (Code.ALREADY_EXISTS, Meaning.TAKEN),
        (Code.NOT_FOUND, Meaning.MISSING),
        (Code.QUOTA, Meaning.REFUSED),
        (Code.INVALID, Meaning.REFUSED),
        (Code.DENIED, Meaning.REFUSED),
        (Code.FULL, Meaning.NOT_NOW),
        (Code.BUSY, Meaning.BUSY),
        (Code.READ_ONLY, Meaning.NOT_NOW),
        (Code.STALE, Meaning.NOT_NOW),
        (Code.EXPIRED, Meaning.NOT_NOW),
        (Code.REFUSED, Meaning.UNREACHED),
    ],
)
def test_a_definite_refusal_means_what_its_code_says(code: Code, meaning: Meaning) -> None:
    assert classify(Failed(code=code, site=Site.CONNECTOR_EXEC, message="")) is meaning


@pytest.mark.parametrize("code", [code for code, entry in CATALOGUE.items() if entry.definite and entry.retry])
def test_what_the_catalogue_would_retry_is_never_called_refused(code: Code) -> None:
    assert classify(Failed(code=code, site=Site.CONNECTOR_EXEC, message="")) in (
        Meaning.NOT_NOW,
        Meaning.BUSY,
        Meaning.UNREACHED,
    )


def test_a_description_is_one_short_line_however_noisy_the_connector() -> None:
    noise = describe(Unknown(code=Code.UNREADABLE, site=Site.CONNECTOR_REPLY, message="a\n\tb " * 10_000))
    assert noise.startswith("unreadable at connector.reply: a b a b")
    assert len(noise) < 300
    assert "\n" not in noise
    assert describe(Done(reply=DoneReply())) == "done"
