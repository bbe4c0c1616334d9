"""Everything that is set up, as tables of plain values: their shape, and the files they are written to."""
