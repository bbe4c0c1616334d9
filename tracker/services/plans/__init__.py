"""Writes to plans: loading, targets, obligations, periods and rules of checks."""
