"""Forms of the demandes. Labels and help are what the user reads; every free text goes through the guard."""
