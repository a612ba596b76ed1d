"""Role: the parts of the reference pipeline. The parts of another service have the names that it gives them."""

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """In the order in which they are started."""

    API = "api"
    PROCESSOR = "processor"
    GATEWAY = "gateway"
