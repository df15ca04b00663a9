"""From a selector to what is asked of Jira, and to the batches that Ocean maps."""
