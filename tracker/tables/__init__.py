"""The lists: which columns they have, how these sort, print and export."""
