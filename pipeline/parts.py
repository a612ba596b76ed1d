"""The parts of the pipeline, each of which can run in a process of its own."""

from enum import StrEnum

__all__ = ["Part"]


class Part(StrEnum):
    """What a process can run, in the order in which the parts are started."""

    API = "api"
    RELAY = "relay"
    PROCESSOR = "processor"
    NOTIFIER = "notifier"
    GATEWAY = "gateway"
