"""Processes are born deaf to Ctrl-C, and the process that asked hears it as before."""

import os
import signal
import subprocess
import sys

import psutil

from harness.processes import spawned


def _blocked() -> set[signal.Signals]:
    return {signal.Signals(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())}


def _struck() -> int:
    """What a terminal does to all processes of a group."""
    os.kill(os.getpid(), signal.SIGINT)
    return os.getpid()


def test_a_process_is_born_with_the_signal_blocked_and_outlives_it() -> None:
    with spawned(1) as pool:
        assert signal.SIGINT in pool.submit(_blocked).result()
        assert pool.submit(_struck).result() == pool.submit(os.getpid).result() != os.getpid()


def test_who_asked_hears_it_again_once_they_are_gone() -> None:
    before = _blocked()
    with spawned(1):
        pass
    assert _blocked() == before


def test_what_has_not_begun_on_leaving_is_dropped() -> None:
    with spawned(1) as pool:
        waiting = [pool.submit(os.getpid) for _ in range(100)]
    assert any(each.cancelled() for each in waiting)


def test_processes_that_wait_for_work_end_with_the_process_that_was_to_send_it() -> None:
    code = (
        "import os, sys\n"
        "from harness.processes import spawned\n"
        "if __name__ == '__main__':\n"
        "    with spawned(2) as pool:\n"
        "        pool.submit(os.getpid).result(), pool.submit(os.getpid).result()\n"
        "        print('ready', flush=True)\n"
        "        sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        started = psutil.Process(process.pid).children(recursive=True)
        assert started
        process.kill()
        _, alive = psutil.wait_procs(started, timeout=60)
        for each in alive:
            each.kill()
    assert not alive
