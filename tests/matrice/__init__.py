"""Who may open what: one table of every address, played for every profile."""
