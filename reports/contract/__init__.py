"""What the contract suite found out about one connector, and its readers.

results.py   the states of clauses, and the report of a run
wording.py   the sentences that every reader shows: headline, counts, the lists of shares
document.py  JSON
junit.py     JUnit XML
markdown.py  a summary for a job page
terminal.py  the table on a terminal
page.py      one self-contained HTML page
"""
