"""What the end of a caisse's part in a convention would change for the demandes (A-13, C-16)."""

from conventions.models.conventions import Participation
from signalements.models.demandes import Demande
from socle import crochets

# Beyond, the number says enough.
CITEES = 20


@crochets.effets.inscrire("signalements")
def effets(participation: Participation, *, suspension: bool = False) -> list[str]:
    """Name the demandes still open with that caisse: by their references only, this goes in mails (D-14)."""
    if not isinstance(participation, Participation):
        return []
    ouvertes = Demande.objects.ouvertes().filter(
        partenaire=participation.partenaire_id, caisse=participation.caisse_id
    )
    references = list(ouvertes.order_by("deposee_le", "pk").values_list("reference", flat=True)[: CITEES + 1])
    if not references:
        return ["Aucune demande de la structure n’est ouverte."]
    nombre = len(references) if len(references) <= CITEES else ouvertes.count()
    quoi = "1 demande ouverte" if nombre == 1 else f"{nombre} demandes ouvertes"
    suite = "…" if nombre > CITEES else ""
    return [
        f"{quoi}, que la caisse continue de traiter, avec une réponse à l’assuré par les canaux habituels : "
        f"{', '.join(references[:CITEES])}{suite}."
    ]
