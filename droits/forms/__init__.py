"""Forms of the pages of data protection."""
