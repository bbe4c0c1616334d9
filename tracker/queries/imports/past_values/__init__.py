"""Interpretation of tables of past values: columns, names, periods, and comparison with stored values."""
