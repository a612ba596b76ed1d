"""The HTML report: one self-contained page.

page.py     puts the page together
charts.py   the numbers behind the charts
gantt.py    the per-share timeline
assets/     template, style and script; vendor/ the chart library with its licence
"""
