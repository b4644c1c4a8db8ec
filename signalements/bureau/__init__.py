"""The desk of the caisse: models of answer, absences, team, acts on many demandes."""
