"""The service sheet: one TOML file that says how a service is asked and what its answers mean.

reference.toml  the reference pipeline's API; manila.toml OpenStack's shares; operations.toml AIP-151
start.toml      a commented sheet to start from
loading.py      open_sheet: from a name, a file or an adapter to what speaks to the service
adapters.py     Python adapters, by entry point or module:attribute
tables.py       what a sheet may say; request_tables.py how something is asked
terms.py        its closed choices; values.py its values
checks.py       what is wrong with one that no table shows by itself
api.py          SheetApi: one try of an op
asking.py       requests, spelled
places.py       templates with places; sizes.py the unit of sizes
answers.py      from a response to an Answer
judging.py      the rules for answers
shares.py       a share as the service shows it
pointers.py     JSON pointers
lookup.py       the id of a share, by its name
following.py    operations that run
promises.py     operation resources, read
lists.py        lists, page by page; paging.py where the next page is
change_log.py   the service's own log of state changes
access.py       access changes
walk.py         walks one share through its life; steps.py what each step came to
advice.py       advice on a sheet that is valid
schema.py       the JSON Schema; document.py the page of the documentation
readings.py     final reads, and whether all is at rest
"""
