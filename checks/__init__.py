"""Looks at whether a sync can work, and says what to do where it cannot."""
