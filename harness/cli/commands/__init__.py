"""What each command takes: its options, and what they mean together. What it does is imported when it runs.

options.py   options that several commands have
playing.py   `run`, `compare`, `agree`, `replay`
searching.py `explore`, `mutants`
looking.py   `lint`, `faults`, `toxics`, `schema`, `report`, `version`
serving.py   `clusters serve`, `pipeline serve`
"""
