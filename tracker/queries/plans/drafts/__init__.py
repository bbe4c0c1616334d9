"""Drafts of plans that are made of a policy document: their items, and the plan document that they become."""
