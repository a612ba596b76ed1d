"""The pages of the documentation that are made from the code: `make docs` writes them, `make check` compares them.

pages.py         the table of the pages; __main__.py the command
files.py         pages on the formats of files
dialects.py      pages on dialects
tasks.py         the page on the kinds of task
http.py          pages on the HTTP APIs; openapi.py their OpenAPI documents
architecture.py  the picture of the structure; imports.py the imports that it shows
"""
