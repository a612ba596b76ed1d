"""The pages of the documentation that are made from the code.

`pages.py` has the table of them: `make docs` writes them, `make check` compares them with what is there.
`files.py`, `http.py`, `openapi.py` and `architecture.py` make what belongs to no other package; `imports.py` reads the
imports that the picture of the architecture shows.
"""
