"""`make run`: the integration once, with a sandbox standing in for what is not configured."""
