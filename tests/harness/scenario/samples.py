"""Small scenarios for tests: a calm one, and one that uses every table."""

CALM = """\
# A few creates on one quick cluster.
title = "Calm"

[workload]
rate = 20
duration = "1s"

[clusters.north]
"""

EVERYTHING = """\
# Lost replies and a killed processor:
# everything ends active or cleanly removed.

title = "Trouble in the north"
seed = 7
settle = "50s"
fence = 3
gates = [
    "p95(create.accept) < 200ms",
    "ratio(errors) <= 1% during trouble",
]

[workload]
rate = 20
duration = "20s"
spacing = "even"
mix = { create = 8, duplicate = 1, delete = 1 }
size = { low = "1 GiB", high = "2 GiB" }
locations = { north = 3, south = 1 }
surges = { trouble = 2.0 }

[client]
total = "9s"
retries = 1

[clusters.north]

[clusters.south]

[pipeline.gateway]
read = "500ms"
total = "2s"

[[phases]]
name = "trouble"
between = ["5s", "15s"]

[[faults]]
kind = "reply_lost"
phase = "trouble"
clusters = ["north"]
verbs = ["create"]
probability = 0.2

[[faults]]
kind = "late_effect"
label = "slow writers"
delay = "3s"
between = [1, 2]

[[nemesis]]
at = "8s"
kind = "kill"
target = "processor"
duration = "500ms"

[expect]
reply_lost = 3

[[toxics]]
kind = "bandwidth"
link = "processor-north"
rate = "50 kB"
direction = "up"
phase = "trouble" # as long as replies are lost
toxicity = 0.75
"""
