"""The commands that wait for a place, in one order or another: one file per order.

line.py        what each of them can do
first_come.py  as they came
priority.py    class before class
in_turn.py     class after class, by one who goes from one to the next
"""

from collections.abc import Callable
from typing import assert_never

from simpy import Environment

from fake_clusters.lines.first_come import FirstCome
from fake_clusters.lines.in_turn import InTurn
from fake_clusters.lines.line import WaitingQueue
from fake_clusters.lines.priority import Priority
from fake_clusters.order import Order, OrderKind

__all__ = ["WaitingQueue", "line_of"]


def line_of(order: Order, env: Environment, ready: Callable[[], None]) -> WaitingQueue:
    """An empty line. ready: called when a waiting job may start that might not before."""
    match order.kind:
        case OrderKind.FIFO:
            return FirstCome()
        case OrderKind.PRIORITY:
            return Priority(order)
        case OrderKind.IN_TURN:
            return InTurn(order, env, ready)
        case _:
            assert_never(order.kind)
