"""Search over everything that has a page, within the reader's scope."""
