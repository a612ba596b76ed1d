"""An injector that replaces plans by given ones."""

from collections.abc import Iterable
from typing import TypeVar

from fake_clusters.calls import Coordinate
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan

__all__ = ["AnyPlan", "Plan", "Planned"]

AnyPlan = ConnectionPlan | ChannelPlan | CommandPlan
Plan = TypeVar("Plan", ConnectionPlan, ChannelPlan, CommandPlan)


class Planned:
    """Each type of plan that is given stands for all plans of that type; several of a type take turns."""

    def __init__(self, plans: Iterable[AnyPlan]) -> None:
        self.plans = list(plans)

    def apply(self, plan: Plan, at: Coordinate) -> Plan:
        for position, given in enumerate(self.plans):
            if type(given) is type(plan):
                if sum(type(other) is type(plan) for other in self.plans) > 1:
                    del self.plans[position]
                return given
        return plan

    is_idle = False

    def refuses_connections(self, at: float) -> bool:
        return False
