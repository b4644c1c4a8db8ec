"""The pieces of a demande: what the structure joins, pictures put together (D-06)."""
