"""Reads of plans: quantities in their units, and working days."""
