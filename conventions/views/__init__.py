"""Pages of caisses, partenaires and conventions."""
