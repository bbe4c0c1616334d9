"""Service functions. All writes go through this package; each runs in one transaction and records an event."""
