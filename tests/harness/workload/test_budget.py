"""A budget for retries: what is earned is what can be spent."""

from harness.workload.budget import MOST_SAVED, RetryBudget


def test_without_a_budget_every_retry_is_allowed() -> None:
    budget = RetryBudget(None)
    assert all(budget.spend() for _ in range(1000))


def test_so_many_ops_earn_one_retry() -> None:
    budget = RetryBudget(0.25)
    for _ in range(3):
        budget.earn()
    assert not budget.spend()
    budget.earn()
    assert budget.spend()
    assert not budget.spend()


def test_only_so_much_can_be_saved() -> None:
    budget = RetryBudget(1.0)
    for _ in range(10 * int(MOST_SAVED)):
        budget.earn()
    assert sum(budget.spend() for _ in range(10 * int(MOST_SAVED))) == MOST_SAVED
