"""Events of Jira: verified, read for what they name, and followed by asking Jira how it is now."""
