"""Role: what a part of the service under test is for."""

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """The parts of a service that a scenario can name, in the order in which they are started."""

    API = "api"
    PROCESSOR = "processor"
    GATEWAY = "gateway"
