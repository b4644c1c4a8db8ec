"""A demande, from its motif to its sending."""
