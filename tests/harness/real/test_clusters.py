"""What is noted of a real connector, without SSH and without Samba."""

from pathlib import Path
from typing import Any

import pytest

from connector.targets import Target
from fake_clusters.farm import Farm
from harness.real.cluster import RealCluster
from harness.real.clusters import RealClusters
from reports.connector_lacks import ConnectorLack

_NO_SAMBA: Any = None


@pytest.mark.parametrize(
    ("dialect", "lacks"), [("native", ()), ("zfs", (ConnectorLack.SEQUENCES, ConnectorLack.REQUEST_IDS))]
)
def test_a_real_connector_is_noted_with_what_its_dialect_lacks(
    dialect: str, lacks: tuple[ConnectorLack, ...], tmp_path: Path
) -> None:
    target = Target(name="real", host="127.0.0.1", port=22, dialect=dialect, insecure=True)
    standing = RealCluster(target=target, known_hosts="", samba=_NO_SAMBA)
    (note,) = RealClusters(Farm([], keys=tmp_path), [standing]).notes()
    assert (note.name, note.dialect, note.lacks) == ("real", dialect, lacks)
