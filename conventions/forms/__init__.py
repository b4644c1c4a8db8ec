"""Forms of caisses, partenaires and conventions."""
