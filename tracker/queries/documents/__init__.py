"""Reads for generated documents: document kinds and the data each one prints."""
