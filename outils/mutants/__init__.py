"""`make mutants`: break each guard that names a rule, and see whether a test that names this rule notices."""
