"""Acts of data protection: violations, persons' requests, surveillance."""
