"""The caisse sends documents to a structure that is entitled to them, and takes them back (C-10, D-12)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from conventions.views.preuves import rangement
from fichiers.actions import examiner_envoi
from signalements import permissions
from signalements.documents.actions import DocumentForm, envoyer, obstacle_au_document, rappeler
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.pieces.actions import panneau, refuser
from signalements.pieces.views import PageDeFichiers, piece_de, verifier_poids
from signalements.views.actes import PageSurDemande
from socle.actes import ActeDePage
from socle.roles import exiger
from socle.templatetags.portail import accorder, date_heure


def charger_au_bureau(request: HttpRequest, reference: str) -> Demande:
    """The demande if the account sees it (404), for those who treat it (403)."""
    demande = get_object_or_404(
        Demande.objects.visibles_par(request.user).select_related(
            "caisse", "partenaire", "motif", "technicien", "agent", "participation"
        ),
        reference=reference,
    )
    exiger(permissions.can_trier(request.user))
    return demande


class _PageDesDocuments(PageDeFichiers):
    """The documents of a demande, for the caisse, and the form that sends one when C-10 allows it."""

    gabarit = "signalements/documents.html"
    vers = ("tri-pieces", "reference")
    trop_tard = "La demande a changé entre-temps : aucun document n’a été envoyé."

    def charger(self) -> Demande:
        return charger_au_bureau(self.request, self.reference)

    def options(self, acte: ActeDePage, objet: Demande) -> dict[str, object]:
        return {"demande": objet}

    def contexte(self, objet: Demande) -> dict[str, object]:
        return {
            "demande": objet,
            "refuses": self.refuses,
            "en_erreur": bool(self.refuses),
            "pieces": panneau(objet, self.compte),
            "peut_envoyer": permissions.can_envoyer_document(self.compte, objet),
            "obstacle": obstacle_au_document(objet),
        }

    def juger(self, form: Any) -> bool:
        if obstacle := obstacle_au_document(form.demande):
            form.add_error(None, obstacle)
        verifier_poids(self.request, form)
        if not form.is_valid():
            return False
        self.examines, self.refuses = examiner_envoi(form.cleaned_data["fichiers"], par=self.compte)
        for _, refus in self.refuses:
            refuser(form.demande, refus, par=self.compte)
        return bool(self.examines)

    def faire(self, acte: ActeDePage, objet: Demande, /, **donnees: Any) -> str:
        with rangement():
            envoyer(
                objet,
                examines=self.examines,
                nature=donnees["nature"],
                envoi=donnees["jeton"],
                par=self.compte,
            )
        return f"{accorder(len(self.examines), 'document envoyé,documents envoyés')} à la structure."


class _PageDUnDocument(PageSurDemande):
    """Take a document back, and say whether it was opened."""

    vers = ("tri-pieces", "reference")

    def charger(self) -> Piece:
        return piece_de(charger_au_bureau(self.request, self.reference), self.cles["emplacement"])

    def annoncer(self, acte: ActeDePage) -> None:
        document = self.rendu
        if not document.ouverte_le:
            messages.success(self.request, "Le document est rappelé. La structure ne l’avait pas ouvert.")
            return
        quand = date_heure(document.ouverte_le, document.demande.caisse.fuseau)
        messages.warning(
            self.request,
            f"Le document est rappelé, mais la structure l’avait ouvert {quand}. Demandez-lui de le détruire, et "
            "prévenez votre délégué à la protection des données s’il ne lui était pas destiné.",
        )


documents = _PageDesDocuments.pour(
    "envoyer",
    fait=lambda dit: dit,
    faire=envoyer,
    formulaire=DocumentForm,
    droit=permissions.can_envoyer_document,
)
rappeler_document = _PageDUnDocument.pour(
    "rappeler",
    titre="Rappeler ce document",
    bouton="Rappeler ce document",
    faire=rappeler,
    droit=permissions.can_rappeler,
    obstacle=lambda piece: "Ce document est déjà rappelé." if piece.rappelee_le else "",
    pertes=lambda piece: [
        f"La structure ne pourra plus ouvrir « {piece.nom} ».",
        "Un document rappelé ne se rend pas : il faudrait l’envoyer à nouveau.",
    ],
)
