"""The errors of the fake clusters.

FakeClusterError
├── FaultError      a fault that cannot be set or taken back
├── FarmError       clusters that cannot be started, or a cluster that is not there
├── KeyStoreError   a key file that is not one
├── PortError       a port that cannot be had
└── WaitError       what was waited for did not come in time
"""

__all__ = ["FakeClusterError", "FarmError", "FaultError", "KeyStoreError", "PortError", "WaitError"]


class FakeClusterError(Exception):
    """The root of what this package raises."""


class FaultError(FakeClusterError):
    """A fault cannot be set or taken back; names the key and what is accepted."""


class FarmError(FakeClusterError):
    """Clusters cannot be started, or there is no such cluster; says which and why."""


class KeyStoreError(FakeClusterError):
    """A key file is not acceptable; names the file and what is accepted."""


class PortError(FakeClusterError):
    """A cluster's port cannot be had; says which and why."""


class WaitError(FakeClusterError, TimeoutError):
    """What was waited for did not come in time; says what had come."""
