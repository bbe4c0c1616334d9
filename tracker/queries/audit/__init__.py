"""The chain over the event log: sealing it, proving it, and its head kept elsewhere.

Events are written plainly, in the transaction of what they tell of, and sealed afterwards, in order, by the tick: a
chain inside those transactions would need the hash of the event before, that is, one lock for everybody who writes
anything. A seal holds the event's place in the chain, the hash of the seal before, and its own hash over both and
over every byte of the event's row (`content`). So:

- An event or seal that was changed, removed, put in between or moved is found by `verifying`, and named.
- Seals cut off at the end, or a chain that somebody reckoned anew, are found against a head (`heads`): the place and
  hash of the last seal, written to the file store each day and to wherever auditors keep copies.
- An event that is not yet sealed is protected by the triggers alone. Whoever lifts those and removes it within that
  window, a minute while the scheduler runs, is not found. How many wait is told; one that should have been sealed is
  a finding (`waiting` says which).
- Places follow the order of sealing, not ids: an event whose transaction commits late, under a lower id than sealed
  ones, is sealed when it is seen.

The hashes are not keyed. A key would stand on the same servers as the database's password, an auditor could prove
nothing without it, and a lost one would take the proof of all the past with it. What a key would give, that nobody
reckons the chain anew, the heads outside give.
"""
