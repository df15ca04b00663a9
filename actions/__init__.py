"""Self-service actions: what people in Port may do in Jira, one executor a module."""
