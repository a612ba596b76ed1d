"""How a connector's measured latencies become a fake cluster that behaves like it.

measure.py       measures a target: its logins and verbs; questions.py what it is asked
samples.py       measured values from a CSV or JSONL file
families.py      one family of distributions each, fitted by maximum likelihood
goodness.py      how far a distribution is from samples, and whether chance explains it
fit.py           the distribution that stands for the samples of one phase
capacity.py      how many commands it serves at once, from where throughput stops to grow
calibration.py   all of these for one connector
cluster_file.py  the result as a clusters file
drift.py         whether fresh samples still agree with a clusters file
"""
