"""Parameters as a reader sees them."""

from dataclasses import dataclass, field

import pytest

from fake_clusters.parameter_texts import texts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shorter:
    by: int = field(default=1, metadata={"doc": "bytes"})


def test_a_parameter_whose_type_has_no_words_is_named_with_its_module() -> None:
    with pytest.raises(TypeError, match=rf"^{__name__}: Shorter\.by is of type int, which has no words for readers; "):
        texts_of(Shorter, ())
