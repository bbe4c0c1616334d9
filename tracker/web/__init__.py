"""Parts of a web request that admin, views and settings share: sign-in, permissions, addresses."""
