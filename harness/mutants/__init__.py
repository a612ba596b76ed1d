"""Pipelines with one seeded bug each: the harness proves its worth by catching every one of them.

table.py       MUTANTS: all of them by name
mutant.py      what a seeded bug is: the part that has it, what it takes to show, which invariants must catch it
deciding.py    rows of the table: bugs of the processor's decisions
writing.py     rows: bugs of what the processor writes down, and when
accepting.py   rows: bugs of the API
operating.py   rows: bugs of what operators ask for, of turns, and of how often something is tried
notifying.py   rows: bugs of the notifier
base.py        the small scenario in which they are looked for, seeded_bugs.toml
hunt.py        explores until a bug is found, and shrinks; page.py the table as a page
rest.py        what a misbehaving store leaves alone; new_request_ids.py, other_holds.py,
               own_claims.py what some bugs share

Every other file is one bug, and says in its first line which.
"""
