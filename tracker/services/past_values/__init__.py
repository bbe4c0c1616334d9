"""Values of past periods, loaded from a plain table: read, checked, shown, accepted by a second person, loaded.

Who sends the table in submits its returns; who accepts it verifies them. Nothing is written before, and then all of
it in one transaction.
"""
