"""What is noted of a real connector, without SSH and without Samba."""

from pathlib import Path

import pytest

from connector.dialects import load_dialect
from connector.operations import Capability
from connector.targets import Target
from fake_clusters.farm import Farm
from harness.real.clusters import BlackBox, RealClusters
from reports.connector_lacks import ConnectorLack


@pytest.mark.parametrize(
    ("dialect", "claimed", "lacks"),
    [
        ("native", frozenset(Capability), ()),
        ("native", frozenset(Capability) - {Capability.SEQUENCE}, (ConnectorLack.SEQUENCES,)),
        ("zfs", None, (ConnectorLack.SEQUENCES, ConnectorLack.REQUEST_IDS)),
    ],
)
def test_a_real_connector_is_noted_with_what_its_dialect_and_itself_lack(
    dialect: str, claimed: frozenset[Capability] | None, lacks: tuple[ConnectorLack, ...], tmp_path: Path
) -> None:
    target = Target(name="real", host="127.0.0.1", port=22, dialect=dialect, insecure=True)
    loaded = load_dialect(dialect)
    capabilities = loaded.capabilities if claimed is None else claimed
    box = BlackBox(target=target, dialect=loaded, capabilities=capabilities, kind="a filer")
    (note,) = RealClusters(Farm([], keys=tmp_path), [box]).notes()
    assert (note.name, note.dialect, note.profile, note.lacks) == ("real", dialect, "a filer", lacks)
