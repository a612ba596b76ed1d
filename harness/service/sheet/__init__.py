"""The service sheet: one TOML file that says how a service is asked and what its answers mean.

reference.toml  the reference pipeline's API
loading.py      open_sheet: from a name, a file or an adapter to what speaks to the service
adapters.py     Python adapters, by entry point or module:attribute
tables.py       what a sheet may say
checks.py       what is wrong with one that no table shows by itself
api.py          SheetApi: one try of an op
asking.py       requests, spelled
places.py       templates with places
answers.py      from a response to an Answer
judging.py      the rules for answers
shares.py       a share as the service shows it
pointers.py     JSON pointers
lookup.py       the id of a share, by its name
following.py    operations that run
promises.py     operation resources, read
lists.py        lists, page by page
readings.py     final reads, and whether all is at rest
"""
