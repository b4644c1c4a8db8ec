"""The page « service indisponible »: how to reach each caisse by other ways, served by the proxy (D-16).

A job writes it as one file with its styles inside: it is read when the portal, or its database, does not answer.
The help shows the same list while the portal is up.
"""

import os
import tempfile
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.template.loader import render_to_string

from caisses.models import Caisse, VecteurContact
from espace_partenaires import maintenance
from socle import horloge


def caisses_et_moyens() -> list[tuple[Caisse, list[VecteurContact]]]:
    """Return the caisses with their ways of contact, the portal itself left out, in the order of I-02."""
    autres = VecteurContact.objects.exclude(canal=VecteurContact.Canal.PORTAIL).select_related("pole")
    tous = list(autres.order_by("ordre", "pk"))
    return [
        (caisse, [un for un in tous if un.caisse_id == caisse.pk or caisse.code in un.aussi_pour])
        for caisse in Caisse.objects.order_by("departement", "nom")
    ]


def ecrire() -> int:
    """Write the page in DOSSIER_INDISPONIBLE, whole or not at all; return how many caisses it names."""
    caisses = caisses_et_moyens()
    contexte = {"caisses": caisses, "annonces": maintenance.annonces(), "ecrite_le": horloge.maintenant()}
    texte = render_to_string("pages/indisponible.html", contexte)
    dossier = Path(settings.DOSSIER_INDISPONIBLE)
    dossier.mkdir(parents=True, exist_ok=True)
    descripteur, provisoire = tempfile.mkstemp(dir=dossier)
    with os.fdopen(descripteur, "w", encoding="utf-8") as fichier:
        fichier.write(texte)
    # The proxy runs under another account.
    Path(provisoire).chmod(0o644)
    Path(provisoire).replace(dossier / "index.html")
    return len(caisses)


@shared_task(name="portail.ecrire_page_indisponible")
def ecrire_page_indisponible() -> dict[str, int]:
    """Write the page again: contacts and announcements change."""
    return {"caisses": ecrire()}
