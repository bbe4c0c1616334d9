"""Writes to accounts, role assignments, sign-in and saved views."""
