#!/usr/bin/env python
"""Run a management command of the portal."""

import os
import sys

from django.core.management import execute_from_command_line

from socle.perimetre import MACHINE, devenir

if __name__ == "__main__":
    # Longer than those of a page: a statement, a lock, a transaction where nothing happens.
    os.environ.setdefault("DATABASE_DELAIS", "3600,60,600")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
    devenir(MACHINE)
    execute_from_command_line(sys.argv)
