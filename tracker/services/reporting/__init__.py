"""Reports: what kinds there are, asking for one, writing it once, keeping it as it was issued."""
