"""The documents that the caisse sends (D-12)."""
