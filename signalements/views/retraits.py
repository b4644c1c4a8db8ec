"""Either side takes back what it sent by mistake, asks for its destruction, destroys what the other asked for (D-24)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from signalements import permissions
from signalements.actions import retraits
from signalements.documents.views import charger_au_bureau
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.pieces.views import charger, piece_de
from signalements.views.actes import PageSurDemande
from socle.actes import ActeDePage

AUTRE = {"tri": "La structure", "demande": "La caisse"}


def _autre(objet: Message | Piece, *, envoyeur: bool = False) -> str:
    """Name the side that receives a message or a piece, or the one that sent it."""
    de_la_caisse = objet.cote == Message.Cote.CAISSE
    return AUTRE["tri" if de_la_caisse != envoyeur else "demande"]


class _PageDUnEnvoi(PageSurDemande):
    """A message or a piece, seen from one side (`vue`)."""

    def charger(self) -> Message | Piece:
        au_bureau = self.cles["vue"] == "tri"
        demande = (charger_au_bureau if au_bureau else charger)(self.request, self.reference)
        if "emplacement" in self.cles:
            return piece_de(demande, self.cles["emplacement"])
        trouve = get_object_or_404(demande.messages.exclude(nature__in=Message.NOTES), pk=self.cles["pk"])
        trouve.demande = demande
        return trouve

    def annoncer(self, acte: ActeDePage) -> None:
        messages.success(self.request, str(acte.fait).format(AUTRE[self.cles["vue"]]))

    def retour(self, acte: ActeDePage) -> str:
        return reverse("tri-demande" if self.cles["vue"] == "tri" else "demande", args=[self.reference])


class _PageDeDestruction(_PageDUnEnvoi):
    """Once asked, the violation is declared."""

    def finir(self, acte: ActeDePage) -> HttpResponse:
        self.annoncer(acte)
        return redirect(f"{reverse('violation-nouvelle')}?demande={self.reference}")


def _ce_qui_se_perd(message: Message) -> list[str]:
    pertes = [f"Le message sera détruit. {_autre(message)} ne l’a pas encore lu et ne le verra pas."]
    if message.nature in permissions.ENVOIS_QUI_COMPTENT:
        pertes.append("La demande revient dans l’état où elle était avant cet envoi.")
    return pertes


def _deja_lu(message: Message) -> str:
    lu = message.lu_le is not None
    return f"{_autre(message)} a lu ce message entre-temps : demandez sa destruction." if lu else ""


# As long as the other side has not read it
message_retirer = _PageDUnEnvoi.pour(
    "retirer",
    titre="Retirer ce message",
    bouton="Retirer ce message",
    fait="Le message est retiré. Il n’a pas été lu.",
    faire=retraits.retirer_message,
    droit=permissions.can_retirer_message,
    obstacle=_deja_lu,
    pertes=_ce_qui_se_perd,
)
# What the other side has read, or opened
message_destruction = piece_destruction = _PageDeDestruction.pour(
    "demander-la-destruction",
    titre="Demander la destruction",
    bouton="Demander la destruction",
    fait="La destruction est demandée. {0} en est prévenue.",
    faire=retraits.demander_destruction,
    droit=permissions.can_demander_destruction,
    pertes=lambda objet: [
        f"{_autre(objet)} l’a déjà lu : elle seule peut le détruire. La demande de destruction s’écrit dans les échanges.",
        "La déclaration de violation s’ouvre ensuite, déjà remplie : relisez-la, puis envoyez-la.",
    ],
)
# At the request of who sent it
message_detruire = piece_detruire = _PageDUnEnvoi.pour(
    "detruire",
    titre="Détruire",
    bouton="Détruire",
    fait="C’est détruit. {0} en est prévenue.",
    faire=retraits.detruire,
    droit=permissions.can_detruire,
    pertes=lambda objet: [
        f"{_autre(objet, envoyeur=True)} a envoyé par erreur {retraits.designation(objet)} : le portail n’en gardera rien.",
        "Détruisez aussi les copies que vous en avez faites. L’historique dira que c’est fait.",
    ],
)
