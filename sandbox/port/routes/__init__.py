"""The routes of the sandbox Port, one module for each part of the API."""
