"""Writes of what users upload: filled-in templates and tables of past values."""
