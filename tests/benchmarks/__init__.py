"""Benchmarks: ratios and times measured in one run, by hand or at night; never part of the test run."""
