"""The HTML reports: self-contained pages.

page.py        the report of one run
capacity.py    a search for capacity
calibration.py a calibration: measured and fitted
comparison.py  several runs side by side
target_report.py  what the reports of `contract` and `fidelity` have in common
template.py    what every page is made with
anomalies.py   anomalies by invariant
clusters.py    the list of clusters
charts.py      the numbers behind the charts; gate_lines.py gates as lines of them
gantt.py       the per-share timeline
stories.py     the stories of all shares, on a page of their own
assets/        templates, style and script; vendor/ the chart library with its licence
"""
