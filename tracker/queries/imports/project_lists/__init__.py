"""Reading the annex of a plan: a table of projects or enterprises that are to come onto a list."""
