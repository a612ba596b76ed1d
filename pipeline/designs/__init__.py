"""The three designs behind one API contract: who accepts a request, and who carries it out.

table.py          DESIGNS: what each does, the parts that it needs, how it is opened
design.py         what a design is, and what it gets to work with
blocking.py       the connector is called inside the request, within a bound
problems.py       what its client is told of an outcome
in_process.py     answers at once; a task of the API's own process carries on
"""
