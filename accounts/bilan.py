"""The accounts of a structure in the bilan annuel (C-11): numbers only."""

import datetime as dt
from typing import Any

from accounts.models.compte import Compte
from socle import crochets
from socle.profils import Profil


@crochets.bilan.inscrire("accounts")
def bilan(convention: Any, debut: dt.date, fin: dt.date) -> list[str]:
    """Say how many accounts work with the portal on the day of the bilan."""
    actifs = Compte.objects.filter(partenaire=convention.partenaire_id, statut=Compte.Statut.ACTIF)
    gestionnaires, techniciens = (
        actifs.filter(profil=profil).count() for profil in (Profil.GESTIONNAIRE, Profil.TECHNICIEN)
    )
    return [f"Comptes actifs : gestionnaires, {gestionnaires} ; techniciens, {techniciens}."]
