"""Pure rules of reckoning: standard library only, Decimal throughout, None is missing."""
