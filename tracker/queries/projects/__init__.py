"""Reads about project lists and rosters."""
