"""Files on their way into the file store."""
