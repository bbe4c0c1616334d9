"""Faults, made on purpose, and what must hold after each: `python -m tests.faults --repeat 50`."""
