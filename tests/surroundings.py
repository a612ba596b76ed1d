"""What the tests rely on, set for all of them: whoever starts the suite may have set it otherwise.

CI runners ignore SIGHUP (`nohup`) or SIGINT (a shell's background job), set proxies and the width of a terminal, close
stdin, and so on. What the product does in such surroundings has tests of its own, which set them.
"""

import os
import signal
import time
from typing import Any

__all__ = ["set_surroundings"]

_DROPPED = (
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "TTY_COMPATIBLE"),
    *("PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONIOENCODING", "PYTHONSAFEPATH", "PYTHONUTF8"),
    *("LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME", "LANGUAGE", "SSH_AUTH_SOCK"),
)
_SET = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1"}  # its threads wait for each other in a busy loop
_DISPOSITIONS: dict[signal.Signals, Any] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGQUIT: signal.SIG_DFL,
}


def set_surroundings() -> None:
    """Once, before the first test. Processes that tests start inherit it."""
    for name in _DROPPED:
        os.environ.pop(name, None)
    os.environ.update(_SET)
    os.environ.setdefault("HOME", "/")
    time.tzset()
    os.umask(0o022)
    for number, disposition in _DISPOSITIONS.items():
        signal.signal(number, disposition)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        os.fstat(0)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # the lowest that is free, so stdin
