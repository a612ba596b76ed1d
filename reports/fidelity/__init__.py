"""The report of how alike two connectors are.

results.py   the differences, what was covered, and the verdict
wording.py   sentences that every reader shows
document.py  as JSON
terminal.py  on a terminal
page.py      as an HTML page
"""
