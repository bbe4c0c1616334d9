"""Tables of a policy document as lists of the plan: proposed, worded, and handed on as rows of an annex."""
