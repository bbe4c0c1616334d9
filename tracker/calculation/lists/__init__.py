"""Rules of project lists and rosters: stages, counts, rates, balances and credit codes."""
