"""Views of the demandes: deposit, follow-up by the structure, triage by the caisse."""
