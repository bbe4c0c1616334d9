"""Targets: what one can ask for, when it is due, and how far a place is from it."""
