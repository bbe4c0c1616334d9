"""Request, write, store and remove generated documents."""
