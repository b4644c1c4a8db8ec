"""WSGI entry point (granian)."""

import os

import structlog
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
application = get_wsgi_application()

from fichiers import cage, controle  # noqa: E402 (the settings first)

# The keys are in the memory of this process: no other of the same user may read it.
cage.proteger_la_memoire()
structlog.get_logger(__name__).info("cage_des_fichiers", **controle.barrieres())
