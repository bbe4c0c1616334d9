"""The officials' entry and review screens, and the set-up screens."""
