"""Measures this integration beside a plain exporter; starts sandboxes of its own."""
