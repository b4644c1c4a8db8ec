"""What the end of a caisse's part in a convention would change for the accounts (A-13)."""

from django.db.models import F, Q

from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from conventions.models.conventions import Participation
from socle import crochets


@crochets.effets.inscrire("accounts")
def effets(participation: Participation, *, suspension: bool = False) -> list[str]:
    """Return the sentences shown before the end, or the suspension, of this part is decided."""
    if not isinstance(participation, Participation):
        return []
    nombre = Compte.objects.filter(
        partenaire=participation.partenaire_id, statut__in=STATUTS_OCCUPANTS
    ).count()
    if not nombre:
        return ["Aucun compte de la structure n’est ouvert."]
    comptes = "1 compte" if nombre == 1 else f"{nombre} comptes"
    if suspension:
        gardes = "conservé avec sa place" if nombre == 1 else "conservés avec leurs places"
        return [f"{comptes} de la structure : accès fermé à cette caisse, {gardes}."]
    autres = (
        Participation.objects.en_vigueur()
        .filter(
            Q(utilisation_fin=None) | Q(utilisation_fin__gt=F("jour")), partenaire=participation.partenaire_id
        )
        .exclude(pk=participation.pk)
    )
    if autres.exists():
        return [f"{comptes} de la structure : accès fermé à cette caisse, conservé avec les autres."]
    return [
        f"{comptes} de la structure : inactivation la nuit suivant la fin, effacement six mois plus tard."
    ]
