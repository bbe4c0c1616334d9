"""Rules for plans in English."""
