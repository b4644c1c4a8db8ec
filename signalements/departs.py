"""What an agent leaves: cases are handed over before the account is closed (A-20)."""

from django.urls import reverse

from accounts.models.compte import Compte
from signalements.models.demandes import Demande
from socle import crochets
from socle.perimetre import MACHINE, au_nom_de
from socle.roles import Droit, peut


# Those of all his caisses, whichever closes the account.
@crochets.avant_fermeture.inscrire("signalements")
@au_nom_de(MACHINE)
def demandes_en_charge(compte: Compte) -> str:
    """Say how many open demandes the person has in charge; nothing for a structure's account."""
    if not peut(compte, Droit.TRAITER_DEMANDES):
        return ""
    nombre = Demande.objects.ouvertes().filter(agent=compte).count()
    if not nombre:
        return ""
    quoi = "1 demande ouverte" if nombre == 1 else f"{nombre} demandes ouvertes"
    return (
        f"{compte.nom_complet} a encore {quoi} en charge. Un superviseur les confie d’abord à un collègue, depuis "
        "l’écran de tri."
    )


@crochets.apres_fermeture.inscrire("signalements")
def demandes_sans_suivi(compte: Compte) -> str:
    """Where the demandes that the technicien followed are shared between his colleagues; nothing when there are none."""
    suivies = Demande.objects.sans_suivi().filter(technicien=compte)
    return reverse("compte-reprendre", args=[compte.pk]) if suivies.exists() else ""
