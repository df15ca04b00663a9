"""The REST resources, one module for each thing they serve; each lists its routes."""
