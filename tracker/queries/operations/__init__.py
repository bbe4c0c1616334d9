"""Reads for operations: readiness, metrics and rate limits."""
