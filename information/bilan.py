"""The sessions in the bilan annuel (C-11, I-03): numbers only."""

import datetime as dt

from django.db.models import F

from conventions.models.conventions import Convention, JourDeLaCaisse
from information.models import Formation, Inscription
from socle import crochets
from socle.crochets import Tableau


@crochets.bilan.inscrire("information")
def bilan(convention: Convention, debut: dt.date, fin: dt.date) -> list[Tableau]:
    """Say how many sessions the caisses held, how many places the structure took, and who of them came."""
    tenues = Formation.objects.alias(le=JourDeLaCaisse(F("quand"))).filter(
        caisse__in=convention.participations.values("caisse"),
        le__gte=debut,
        le__lt=fin,
        annulee_le=None,
    )
    prises = Inscription.objects.filter(
        formation__in=tenues.values("pk"), compte__partenaire=convention.partenaire_id
    )
    return [
        Tableau(
            "Séances d’information",
            [
                ("Séances proposées par la caisse", str(tenues.count())),
                ("Places prises", str(prises.count())),
                ("Personnes venues", str(prises.filter(venue=True).count())),
            ],
        )
    ]
