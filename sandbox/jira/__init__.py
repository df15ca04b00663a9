"""A Jira Server / Data Center to run against on one machine: `python -m sandbox.jira`.

It serves what the real product serves, faults included, and imports nothing of the integration.
"""
