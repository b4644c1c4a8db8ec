"""Pages of the app information."""
