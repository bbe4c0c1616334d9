"""Import of past values from a plain table: receive, check, accept by a second person, load.

The person who uploads the table submits its returns; the person who accepts it verifies them. All values are written
in one transaction.
"""
