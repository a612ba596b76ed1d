"""Tests of connectors without exec."""
