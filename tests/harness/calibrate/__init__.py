"""Tests of `harness.calibrate`."""
