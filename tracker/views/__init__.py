"""The reading pages."""
