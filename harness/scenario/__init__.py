"""A scenario and how it is read.

scenario.py   the values that every world plays
"""
