"""One archive of everything: the database as it was at one moment, and the files that belong to it.

A backup is a tar file: `database` (an SQLite file, or a dump in PostgreSQL's custom format), `files/...`, and at the
end `manifest.json` with the SHA-256 of each of them, the rows of each table, the migrations and the head of the event
log, and `manifest.sha256` over that. It holds everything anybody entered, and the hashes of passwords: keep it as the
database is kept. The secret key is not in it.
"""
