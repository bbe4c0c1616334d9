"""Workbooks that people send in, hostile until proved otherwise: checked as a package, read in a bounded process.

Rows and faults come out; nothing here knows the database. The programs that run in the bounded process
(`read_cells`, `mark_cells`) start without Django.
"""
