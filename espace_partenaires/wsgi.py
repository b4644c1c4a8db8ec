"""WSGI entry point (granian)."""

import gc
import os
from importlib import import_module

import structlog
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
application = get_wsgi_application()
# Every page, now: an act that lacks a part of its own stops the server, and is no error of a page.
import_module(settings.ROOT_URLCONF)
# And what the documents take, that the first of them would wait for.
import_module("weasyprint")

from fichiers import cage, controle  # noqa: E402 (the settings first)

# The keys are in the memory of this process: no other of the same user may read it.
cage.proteger_la_memoire()
# What was loaded stays: it is not searched for what is lost, and a page ends before it leaves much.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
structlog.get_logger(__name__).info("cage_des_fichiers", **controle.barrieres())
