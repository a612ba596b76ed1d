"""Whether a store commits is shown by a commit, in each store, as often as it is asked."""

from pipeline.store.probe import prove_commit
from pipeline.store.store import Store


async def test_a_store_that_commits_proves_it_again_and_again(store: Store) -> None:
    for _ in range(3):
        await prove_commit(store)
