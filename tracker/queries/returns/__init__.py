"""Reads of returns: rows, history, checks, expected and late returns, timeliness."""
