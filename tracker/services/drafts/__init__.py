"""Drafts of plans: receive and read a policy document, change its proposals, create the plan."""
