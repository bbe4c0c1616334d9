"""Reader of policy documents: text, clauses and proposed targets, by rules only.

The package reads untrusted files and runs in the bounded process, so it starts without Django.
`files` extracts the text, `chinese` and `english` hold the rules of each language, `reading` assembles the proposals.
"""
