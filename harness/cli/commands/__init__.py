"""The options of each command, and how they combine. The implementation is imported when the command runs.

options.py   options shared by several commands
run.py       `run`, `compare`, `agree`, `replay`
load.py      `load` and `load compare`
search.py    `explore`, `mutants`
capacity.py  `capacity`
default_group.py  groups of which one command is meant where none is named
inspect.py   `lint`, `faults`, `toxics`, `schema`, `report`, `version`
dialect.py   `dialect new`, `dialect check`, `dialect try`
service.py   `service check`, `service new`, `service lint`, `service list`
contract.py  `contract run`, `contract sweep`, `contract clauses`
tape.py      `tape record`, `tape replay`, `tape show`, `tape dialect`
calibrate.py `calibrate`
fidelity.py  `fidelity`
nats.py      `nats up`
operator.py  `pipeline pause`, `drain`, `lift`, `holds`, `queue`, `dead`, `requeue`
webhooks.py  `pipeline webhooks`
postgres.py  `pg up`, `pg migrate`, `pg rights`
sandbox.py   `up`, `down`, `status`, `reset`
serve.py     `clusters serve`, `pipeline serve`, `real up`
"""
