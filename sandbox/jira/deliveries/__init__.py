"""Tells registered webhooks of the company's changes, as the versions do; faults on request."""
