"""The chain over the event log."""
