"""The roof, as an installed app without tables: it comes last, and fills the hooks."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

from espace_partenaires.controles import controler_le_deploiement
from espace_partenaires.erreurs import suivre
from espace_partenaires.lenteurs import surveiller
from socle.crochets import MODULES


class PortailConfig(AppConfig):
    """Settings, addresses, home pages, guide, health and maintenance."""

    name = "espace_partenaires"
    label = "portail"
    verbose_name = "Portail"

    def ready(self) -> None:
        """Fill the hooks of the rooms, all loaded by now; register the deployment check; watch what goes wrong."""
        autodiscover_modules(*MODULES)
        register(controler_le_deploiement, Tags.security, deploy=True)
        connection_created.connect(surveiller)
        if settings.SENTRY_DSN:
            suivre(settings.SENTRY_DSN, settings.VERSION)
