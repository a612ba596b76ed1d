"""`os.environ` for the code of a life: its own variables, whoever else runs in this process."""

import os

from harness.virtual.hosted.life import current_life

__all__ = ["install"]


class _Environ(os._Environ[str]):
    """The same object for everybody who imported it before; its content depends on whose code asks."""

    @property
    def _data(self) -> dict[bytes, bytes]:
        life = current_life()
        if life is None:
            own: dict[bytes, bytes] = self.__dict__["_data"]
            return own
        return {os.fsencode(name): os.fsencode(value) for name, value in life.environment.items()}

    def __setitem__(self, key: str, value: str) -> None:
        life = current_life()
        if life is None:
            super().__setitem__(key, value)
        else:
            life.environment[key] = value

    def __delitem__(self, key: str) -> None:
        life = current_life()
        if life is None:
            super().__delitem__(key)
        else:
            del life.environment[key]


def install() -> None:
    """Let `os.environ` of this process depend on whose code asks."""
    os.environ.__class__ = _Environ
