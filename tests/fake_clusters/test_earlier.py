"""A cluster that is started again goes on with what its log of effects says that it held."""

from pathlib import Path

from fake_clusters.farm import Farm
from fake_clusters.spec import ClusterSpec


async def test_a_cluster_goes_on_with_what_an_earlier_one_held(tmp_path: Path) -> None:
    async with Farm([ClusterSpec(name="north")], keys=tmp_path) as farm:
        north = farm.cluster("north")
        for name in ("kept", "gone", "back"):
            assert north.add_share(name, 1 << 30)
        assert north.remove_share("gone")
        assert north.remove_share("back")
        assert north.add_share("back", 2 << 30)
        effects, shares = north.effects(), north.shares()
    async with Farm([ClusterSpec(name="north")], keys=tmp_path) as farm:
        north = farm.cluster("north")
        north.take_over(effects)
        assert north.shares() == shares
        assert not north.effects()
        assert north.add_share("gone", 1 << 30)
        (again,) = north.effects()
        assert again.incarnation == 2
