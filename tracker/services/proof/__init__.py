"""Proof that figures are what was recorded: from the chain over the event log to the files that were issued.

Each step rests on the one before it, and reads what the application reads:

1. chain      events against their seals, seals against heads that are kept elsewhere
2. seals      revisions against the hash in the event of the step that made them; none outside a seal
3. entries    what each cell shows against its newest revisions
4. totals     kept sums and expected counts against the cells
5. inputs     what each document kept against its hash in the log, and its amounts against the revisions
6. documents  each document, written again from what it kept, against the stored file, part by part
7. files      stored files against the hashes that were recorded
"""
