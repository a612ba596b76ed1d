"""`time` and `datetime` for the code of a life: its host's clock, in virtual time; UTC where it asks for local time.

`datetime` is written in C, and its methods cannot be assigned; they are replaced in the dictionaries of its types, so
that modules which imported the types before get the same.
"""

import ctypes
import gc
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import Any

from harness.virtual.hosted.life import HostedLife, current_life
from harness.virtual.hosted.replaced import replace_function

__all__ = ["install"]

_NANO = 1_000_000_000

_gmtime, _asctime, _strftime = time.gmtime, time.asctime, time.strftime


def install() -> None:
    """Replace the functions of this process with ones that tell a life's time to its code."""
    for name, read in (("time", HostedLife.unix_time), ("monotonic", _loop_time), ("perf_counter", _loop_time)):
        replace_function(time, name, read)
        replace_function(time, f"{name}_ns", _in_nanoseconds(read))
    replace_function(time, "gmtime", _utc)
    replace_function(time, "localtime", _utc)
    replace_function(time, "ctime", lambda life, seconds=None: _asctime(_utc(life, seconds)))
    replace_function(time, "strftime", lambda life, form, at=None: _strftime(form, _utc(life) if at is None else at))
    _replace_methods(datetime, {"now": _now, "utcnow": _now})
    _replace_methods(date, {"today": _today})


def _loop_time(life: HostedLife) -> float:
    return life.loop.time()


def _in_nanoseconds(read: Callable[[HostedLife], float]) -> Callable[[HostedLife], int]:
    return lambda life: round(read(life) * _NANO)


def _utc(life: HostedLife, seconds: float | None = None) -> time.struct_time:
    return _gmtime(life.unix_time() if seconds is None else seconds)


def _now(life: HostedLife, kind: type[datetime], tz: tzinfo | None = None) -> datetime:
    aware = kind.fromtimestamp(life.unix_time(), UTC)
    return aware.replace(tzinfo=None) if tz is None else aware.astimezone(tz)


def _today(life: HostedLife, kind: type[date]) -> date:
    return _now(life, kind) if issubclass(kind, datetime) else kind.fromordinal(_now(life, datetime).toordinal())


def _replace_methods(kind: type, methods: dict[str, Callable[..., Any]]) -> None:
    (namespace,) = gc.get_referents(kind.__dict__)
    for name, serve in methods.items():
        namespace[name] = classmethod(_dispatched(namespace[name], serve))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def _dispatched(original: Any, serve: Callable[..., Any]) -> Callable[..., Any]:
    def dispatch(kind: type, *args: Any, **options: Any) -> Any:
        life = current_life()
        return (original.__get__(None, kind) if life is None else partial(serve, life, kind))(*args, **options)

    return dispatch
