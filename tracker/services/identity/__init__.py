"""Signing in: passwords, the second step, sessions."""
