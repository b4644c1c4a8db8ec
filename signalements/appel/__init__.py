"""A demande received by telephone or by mail: entered by an agent for the structure, followed by a technicien later."""
