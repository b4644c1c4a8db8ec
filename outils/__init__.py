"""Tools of the workshop: embedded services, supervisor of make run, checks. Never imported by the portal."""
