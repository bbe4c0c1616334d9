"""Consequences of verified steps and reports: stages, and the counts of figures."""
