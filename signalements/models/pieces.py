"""The documents of a demande, received or sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from caisses.referentiels import PIECES_ENTRANTES, PIECES_SORTANTES
from fichiers.models import Fichier, FichierQuerySet
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from socle.courriels import deposer_courriel

NATURE_OCTETS = 40


class PieceQuerySet(FichierQuerySet):
    """Pieces in the words of the domain."""

    def presentes(self) -> "PieceQuerySet":
        """Return those that the demande shows: not the pictures that a document of the draft has replaced."""
        return self.filter(reunie_dans=None)


class Piece(Fichier):
    """A document attached to a demande (D-06), or sent by the caisse (D-12), sealed under the demande's key."""

    journal_de = "demande"

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="pieces")
    cote = models.CharField("côté", max_length=10, choices=Message.Cote, default=Message.Cote.PARTENAIRE)
    nature_scellee = models.BinaryField("nature scellée", default=bytes, editable=False)
    # When the other side first opened it; of a document of the caisse, when it was taken back.
    ouverte_le = models.DateTimeField("ouverte le", null=True, blank=True)
    ouverte_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rappelee_le = models.DateTimeField("rappelée le", null=True, blank=True)
    rappelee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When who sent it by mistake asked for its destruction (D-24).
    a_detruire_le = models.DateTimeField("destruction demandée le", null=True, blank=True)
    # Given by the form: a double click attaches once.
    envoi = models.UUIDField(default=uuid.uuid4, editable=False)
    # Of a picture put into a document: kept until the sending, and back when the document is removed before it.
    reunie_dans = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="originaux", verbose_name="réunie dans"
    )

    objects = PieceQuerySet.as_manager()

    class Meta(Fichier.Meta):
        verbose_name = "pièce"
        constraints = [
            *Fichier.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ouverte_le=None, ouverte_par=None)
                | Q(ouverte_le__isnull=False, ouverte_par__isnull=False),
                name="piece_ouverte_paire",
            ),
            models.CheckConstraint(
                condition=Q(rappelee_le=None, rappelee_par=None)
                | Q(rappelee_le__isnull=False, rappelee_par__isnull=False, cote="caisse"),
                name="piece_rappelee_paire",
            ),
        ]

    @property
    def proprietaire(self) -> Demande:
        """The demande, whose key seals name and content."""
        return self.demande

    @property
    def nature(self) -> str:
        """A code of caisses/referentiels/pieces.toml, incoming or outgoing. Sealed: a judgment, a handicap, beside a structure and a day."""
        lien = f"nature:{self.emplacement}"
        return (
            self.demande.ouvrir(bytes(self.nature_scellee), lien).strip() if self.nature_scellee else "autre"
        )

    @nature.setter
    def nature(self, code: str) -> None:
        # All as long: the length of a code would tell which.
        self.nature_scellee = self.demande.sceller(code.ljust(NATURE_OCTETS), f"nature:{self.emplacement}")

    @property
    def libelle(self) -> str:
        """What the piece is, in words."""
        return (PIECES_ENTRANTES | PIECES_SORTANTES).get(self.nature, PIECES_ENTRANTES["autre"])

    @property
    def sortante(self) -> bool:
        """Whether the caisse sent it (D-12)."""
        return self.cote == Message.Cote.CAISSE

    def bloque(self) -> None:
        """Tell who attached it that the piece cannot be read, so that he may send another."""
        vue = "tri-pieces" if self.sortante else "demande-pieces"
        deposer_courriel(
            self.ajoute_par.email,
            "signalements/piece_bloquee",
            {
                "reference": self.demande.reference,
                "chemin": reverse(vue, args=[self.demande.reference]),
            },
        )


def montrees(demande: Demande) -> list[Piece]:
    """Return those that the demande shows, without asking again what its page has read."""
    return [une for une in demande.pieces.all() if une.reunie_dans_id is None]
