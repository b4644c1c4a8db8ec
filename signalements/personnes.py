"""The same person in several demandes: found by keyed tokens, confirmed by unsealing a handful (D-21, R-04).

Starts from what the account sees: nothing is ever said of another structure's demandes.
"""

from typing import Any

from conformite import index
from signalements.models.demandes import Demande, DemandeQuerySet
from socle.naissances import Naissance
from socle.noms import Personne, Ressemblance, comparer

# Tokens already say name, first name and birth date: more candidates than this are never the same person.
CANDIDATES_MAX = 40


def meme_personne(visibles: DemandeQuerySet, demande: Demande, contenu: dict[str, Any]) -> list[Demande]:
    """Return those of `visibles`, sent, that are about the assuré of `contenu`; latest first, itself left out."""
    assure = contenu.get("assure") or {}
    if not all(assure.get(nom) for nom in ("nom", "prenom", "naissance")):
        return []
    naissance = Naissance.fromisoformat(assure["naissance"])
    candidates = visibles.deposees().exclude(pk=demande.pk)
    mots = f"{assure['prenom']} {assure['nom']}" + (f" {naissance}" if naissance.complete else "")
    for jetons in index.jetons_recherche(mots):
        candidates = candidates.filter(jetons__overlap=jetons)
    liste = candidates.select_related("motif", "caisse", "partenaire").order_by("-pk")[:CANDIDATES_MAX]
    ici = personne_de(assure)
    return [
        une
        for une in liste
        if comparer(ici, personne_de(une.contenu.get("assure") or {})) is not Ressemblance.DIFFERENTE
    ]


def personne_de(assure: dict[str, Any]) -> Personne:
    """Return whom a sealed identity designates."""
    naissance = Naissance.de(assure.get("naissance"))
    return Personne(assure.get("nom", ""), assure.get("prenom", ""), naissance)
