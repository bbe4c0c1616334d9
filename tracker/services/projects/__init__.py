"""Writes about project lists and rosters, their members and the steps these take."""
