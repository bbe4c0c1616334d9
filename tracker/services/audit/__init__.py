"""Writes to the event log and its chain of seals."""
