"""Load tests: a scenario's arrivals, played by Locust processes through a gateway, into the ordinary journal.

play.py        play_load: one load, to a run that a journal is made of
gateway.py     which way clients go in
elsewhere.py   the world of a service of which only its URL is known
player.py      a run's load, played by generators
processes.py   … started, awaited, ended; generators.py what they report
merge.py       … and their rows as one history
plan.py        what all generators have in common, and the part of each
wire.py        what generators report and are told; boot.py whether they share a clock
generator/     what runs in Locust's own processes, and is imported by nothing else
live_gates.py  gates while a load lasts
samples.py     raw samples of every op; histograms.py the same as HdrHistogram logs
quantile_ratios.py  whether quantiles of two runs differ; compare_loads.py  op by op
"""
