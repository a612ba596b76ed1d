"""Every design can be chosen by a setting, and has what a client needs."""

import pytest
from pydantic import ValidationError

from pipeline.designs.table import DESIGNS
from pipeline.parts import Part
from pipeline.settings import Design, PipelineSettings


def test_every_design_has_an_entry_with_an_api_and_a_gateway() -> None:
    assert set(DESIGNS) == set(Design)
    for entry in DESIGNS.values():
        assert {Part.API, Part.GATEWAY} <= set(entry.parts)


def test_who_carries_out_is_either_a_processor_or_the_api() -> None:
    for entry in DESIGNS.values():
        assert (Part.PROCESSOR in entry.parts) == (entry.open is None)


def test_the_spool_is_what_one_gets_unasked() -> None:
    assert PipelineSettings().design is Design.SPOOL
    with pytest.raises(ValidationError, match="'spool', 'blocking' or 'in-process'"):
        PipelineSettings.model_validate({"design": "nothing"})
