"""Clusters that are not there: one behaviour model, faults, and real SSH servers in front of it.

plans.py     what is going to happen to one connection, channel or command
faults/      one file per fault: a pure function that bends a plan
"""
