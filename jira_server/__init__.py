"""How to talk to a Jira Server or Data Center. Knows nothing of Port or Ocean."""
