"""Uploaded workbooks of every kind: checked at once or by a worker."""
