"""Reads for uploads: interpretation of templates and tables, and comparison with stored values."""
