"""Reads for mail: occasions, recipients, obstacles and the facts of a summary."""
