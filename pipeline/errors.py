"""The errors of the pipeline.

PipelineError
├── StoreError                  the store could not do what was asked
│   ├── StoreOpenError          the path cannot be a store: wrong place, not a store, made by a newer version
│   └── StoreUnavailableError   full, failing or held by another process: the same call may succeed later
├── IllegalMoveError            a move that the states of a share do not allow; nothing was written
├── OverrideError                   what shall be put in place of a part is not there or does not fit
└── SettingsError               settings that each are acceptable and do not fit together
"""

__all__ = [
    "IllegalMoveError",
    "OverrideError",
    "PipelineError",
    "SettingsError",
    "StoreError",
    "StoreOpenError",
    "StoreUnavailableError",
]


class PipelineError(Exception):
    """The root of what this package raises."""


class StoreError(PipelineError):
    """The store could not do what was asked; says which file and why."""


class StoreOpenError(StoreError):
    """The path cannot be opened as a store; says what is wrong and what would be accepted."""


class StoreUnavailableError(StoreError):
    """The store cannot write or read for now; the same call may succeed later."""


class IllegalMoveError(PipelineError):
    """A writer asked for a move that `pipeline.states.LEGAL` does not hold; nothing was written."""


class OverrideError(PipelineError):
    """What shall be put in place of a part of the pipeline is not there or does not fit; names it."""


class SettingsError(PipelineError):
    """Settings that each are acceptable and do not fit together; names the keys and what would fit."""
