"""A colleague takes over the demandes of somebody who leaves (A-12)."""
