"""The options of each command, and how they combine. The implementation is imported when the command runs.

options.py   options shared by several commands
run.py       `run`, `compare`, `agree`, `replay`
load.py      `load`
search.py    `explore`, `mutants`
capacity.py  `capacity`
inspect.py   `lint`, `faults`, `toxics`, `schema`, `report`, `version`
service.py   `service check`, `service new`, `service lint`, `service list`
contract.py  `contract run`, `contract sweep`, `contract clauses`
calibrate.py `calibrate`
serve.py     `clusters serve`, `pipeline serve`, `real up`
"""
