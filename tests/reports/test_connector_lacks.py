"""What a connector lacks is told once for all clusters that lack the same, with the invariants that are weaker."""

import pytest

from connector.dialects import load_dialect
from connector.operations import Capability
from reports.connector_lacks import ConnectorLack, in_detail, in_sentences, lacks_of, weaker
from reports.invariants import PROMISES
from reports.journal import ClusterNote

SEQUENCES, MARKS, HALF_MADE, REQUEST_IDS = ConnectorLack


def note(name: str, *lacks: ConnectorLack) -> ClusterNote:
    return ClusterNote(name=name, dialect="d", profile="p", lacks=lacks)


@pytest.mark.parametrize(
    ("dialect", "lacks"),
    [
        ("native", ()),
        ("filer", (SEQUENCES,)),
        ("ontap", (SEQUENCES, REQUEST_IDS)),
        ("storwize", (SEQUENCES, MARKS, REQUEST_IDS)),
        ("inform", (SEQUENCES, REQUEST_IDS)),
        ("usershare", (SEQUENCES, HALF_MADE, REQUEST_IDS)),
        ("zfs", (SEQUENCES, REQUEST_IDS)),
    ],
)
def test_what_a_shipped_dialect_lacks(dialect: str, lacks: tuple[ConnectorLack, ...]) -> None:
    loaded = load_dialect(dialect)
    assert lacks_of(loaded.capabilities, loaded) == lacks


def test_a_cluster_may_claim_less_than_its_dialect_carries() -> None:
    assert lacks_of({Capability.SEQUENCE}, load_dialect("native")) == (MARKS,)


def test_all_that_is_weaker_is_an_invariant() -> None:
    assert set(weaker(ConnectorLack)) <= set(PROMISES)


def test_clusters_that_lack_the_same_share_a_sentence_and_the_others_are_not_named() -> None:
    clusters = [note("a", SEQUENCES), note("b"), note("c", SEQUENCES), note("d", SEQUENCES, MARKS)]
    assert list(in_sentences(clusters)) == [
        "Weaker on a, c, whose connector has no sequence numbers: S5, S7, S8, L2 (see V2).",
        "Weaker on d, whose connector has no sequence numbers and marks: S5, S7, S8, L2 (see V2).",
    ]
    first, second = in_detail(clusters)
    assert first == (
        "on a, c: no sequence numbers: S5, S7, S8, L2 hold as long as no command takes effect after its fence"
    )
    assert second.endswith(
        "no marks: S8, L2 rest on names: a delete hits whatever has the name, and what is left behind looks like "
        "anybody's"
    )


def test_of_many_clusters_three_are_named() -> None:
    (sentence,) = in_sentences([note(f"c{number}", SEQUENCES) for number in range(300)])
    assert sentence.startswith("Weaker on c0, c1, c2 and 297 more, whose")
