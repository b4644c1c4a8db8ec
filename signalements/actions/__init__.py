"""What people do with a demande: one function per act, atomic, with its history, its journal and its mails."""
