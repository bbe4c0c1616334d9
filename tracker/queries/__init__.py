"""Read-only queries. One module per question of a page, a document or a mail; this package never writes."""
