"""What each side may still do with a message or a piece that was sent (D-24): words and addresses, for the pages."""

from django.urls import reverse

from signalements import permissions
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from socle.acteurs import Acteur


def gestes(compte: Acteur, objet: Message | Piece) -> list[tuple[str, str]]:
    """Return what `compte` may do with it now: words, address."""
    cote = "tri" if compte.cote_caisse else "demande"
    genre, cle = ("piece", objet.emplacement) if isinstance(objet, Piece) else ("message", objet.pk)
    return [
        (libelle, reverse(f"{cote}-{genre}-{acte}", args=[objet.demande.reference, cle]))
        for acte, libelle in _possibles(compte, objet)
    ]


def _possibles(compte: Acteur, objet: Message | Piece) -> list[tuple[str, str]]:
    if isinstance(objet, Piece):
        lu = objet.ouverte_le is not None
        offerts = [
            ("retirer", "Retirer", permissions.can_retirer(compte, objet)),
            ("rappeler", "Rappeler", objet.rappelee_le is None and permissions.can_rappeler(compte, objet)),
        ]
    elif objet.est_note:
        # Never sent.
        return []
    else:
        lu = objet.lu_le is not None
        offerts = [
            ("retirer", "Retirer ce message", not lu and permissions.can_retirer_message(compte, objet))
        ]
    offerts += [
        (
            "demander-destruction",
            "Envoyé par erreur ?",
            lu and permissions.can_demander_destruction(compte, objet),
        ),
        ("detruire", "Détruire", permissions.can_detruire(compte, objet)),
    ]
    return [(acte, libelle) for acte, libelle, offert in offerts if offert]
