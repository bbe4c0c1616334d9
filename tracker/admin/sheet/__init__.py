"""A return's screens: the list, its page for entering and reviewing, evidence, unlocking, the month's workbook."""
