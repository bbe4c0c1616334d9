"""Rules for plans in Chinese."""
