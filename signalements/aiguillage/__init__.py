"""Where a demande goes in its caisse: the rules, and who would receive what (D-11)."""
