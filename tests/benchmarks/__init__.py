"""Benchmarks: ratios and times measured in one run, by hand or at night; never part of the test run."""

import os

os.environ["PRIVACY_NOTICE"] = "off"  # nobody who is signed in here is to read a notice first
