"""Reads of accounts: the notice on personal data, and what is held about a person."""
