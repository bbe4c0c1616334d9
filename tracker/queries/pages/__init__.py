"""Page data. One module per page, named after it."""
