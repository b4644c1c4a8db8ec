"""Floor and roof of the portal."""

from espace_partenaires.celery import app as celery_app

__all__ = ["celery_app"]
