"""A process that serves collects its garbage less eagerly, and still collects it."""

import subprocess
import sys

_LOOK = """
import gc, weakref
from pipeline.garbage import spare_the_start

spare_the_start()
assert gc.isenabled() and gc.get_freeze_count() > 1000 and gc.get_threshold()[0] > 700

class Ring: pass

ring = Ring()
ring.itself = ring
last = weakref.ref(ring)
del ring
kept = [[] for _ in range(2 * gc.get_threshold()[0])]
assert last() is None
"""


def test_a_ring_of_garbage_is_still_found_after_the_start() -> None:
    subprocess.run([sys.executable, "-c", _LOOK], check=True, timeout=60)
