"""Servers that a lab starts for itself, from wheels: none is installed by hand, and none outlives who started it.

postgres.py  PostgreSQL
"""
