"""The demonstration: accounts and one-time codes, mails, movable clock. Exists only when DEMO is on."""
