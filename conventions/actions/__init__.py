"""The acts on caisses, partenaires and conventions: keyword-only, atomic, journaled."""
