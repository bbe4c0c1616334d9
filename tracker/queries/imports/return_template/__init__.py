"""Interpretation of filled-in templates: keys, values, notices, and comparison with stored values."""
