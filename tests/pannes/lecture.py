"""What the portal reads of one demande, with the database, the storage and the keys of the environment.

    python -m tests.pannes.lecture joindre D26-… word     the caisse attaches a document whose name and content speak
    python -m tests.pannes.lecture lire D26-… word        prints {"presente": …, "scelles": …, "lus": …, "trouvee": …}

`scelles`: how many sealed values there are; `lus`: how many of them the portal could read; `trouvee`: whether a search
of the word finds the demande.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "espace_partenaires.settings")
django.setup()

from accounts.models.compte import Compte  # noqa: E402 (after the settings)
from conformite.scellement import Illisible  # noqa: E402
from fichiers import stockage  # noqa: E402
from fichiers.actions import ranger  # noqa: E402
from fichiers.controle import examiner  # noqa: E402
from signalements.models.demandes import Demande  # noqa: E402
from signalements.models.pieces import Piece  # noqa: E402
from signalements.recherche import rechercher  # noqa: E402
from socle.perimetre import MACHINE, au_nom_de, devenir  # noqa: E402
from tests.fichiers.echantillons import pdf  # noqa: E402

devenir(MACHINE)


def joindre(reference: str, mot: str) -> None:
    """Store a document of the caisse, sealed as the page does."""
    demande = Demande.objects.get(reference=reference)
    examine = examiner(f"{mot}.pdf", pdf(texte=mot.encode("latin-1")))
    ranger(Piece(demande=demande, cote="caisse", nature="autre"), examine, par=demande.agent)


def lire(reference: str, mot: str) -> dict[str, Any]:
    """Try every sealed value of the demande."""
    demande = Demande.objects.filter(reference=reference).first()
    essais = [_lisible(essai) for essai in _essais(demande)] if demande else []
    qui = demande.technicien if demande else Compte.objects.filter(profil="technicien").order_by("pk")[0]
    with au_nom_de(qui.pk):
        trouvee = rechercher(Demande.objects.all(), mot, qui).filter(reference=reference).exists()
    return {
        "presente": demande is not None,
        "scelles": len(essais),
        "lus": sum(essais),
        "trouvee": trouvee,
    }


def _essais(demande: Demande) -> Iterator[Callable[[], Any]]:
    yield lambda: demande.contenu
    for message in demande.messages.all():
        yield lambda message=message: message.texte
    for creneau in demande.rendez_vous.all():
        yield lambda creneau=creneau: creneau.precisions
    for piece in demande.pieces.all():
        yield lambda piece=piece: piece.nom
        yield lambda piece=piece: b"".join(stockage.lire(demande, piece.emplacement))


def _lisible(essai: Callable[[], Any]) -> bool:
    try:
        return bool(essai())
    except (Illisible, OSError):
        return False


if __name__ == "__main__":
    faire = {"joindre": joindre, "lire": lire}[sys.argv[1]]
    print(json.dumps(faire(*sys.argv[2:])))
