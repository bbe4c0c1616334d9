"""What can be chosen on the pages: plan, period, place, state."""
