"""Writes of mail: create due messages, send each once, keep, pause and unsubscribe."""
