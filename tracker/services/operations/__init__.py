"""Installation, background jobs, heartbeats, backup and restore."""
