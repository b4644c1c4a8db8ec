"""The caisses: their pôles, motifs, calendar and channels."""
