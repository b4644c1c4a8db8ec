"""The accounts of a structure in the bilan annuel (C-11, C-21): numbers only."""

import datetime as dt

from accounts.models.compte import Compte
from conventions.models.conventions import Convention
from socle import crochets
from socle.crochets import Tableau
from socle.profils import Profil


@crochets.bilan.inscrire("accounts")
def bilan(convention: Convention, debut: dt.date, fin: dt.date) -> list[Tableau]:
    """Say how many accounts work with the portal, against the seats, on the day when the bilan is read or closed."""
    actifs = Compte.objects.filter(partenaire=convention.partenaire_id, statut=Compte.Statut.ACTIF)
    lignes = [
        (libelle, f"{actifs.filter(profil=profil).count()} sur {convention.partenaire.places(profil)}")
        for profil, libelle in ((Profil.GESTIONNAIRE, "Gestionnaires"), (Profil.TECHNICIEN, "Techniciens"))
    ]
    return [Tableau("Comptes actifs et places", lignes)]
