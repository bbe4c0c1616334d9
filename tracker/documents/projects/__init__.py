"""项目台账: the ledger of projects, their funnel, the changes of lists, and what is to be dispatched."""
