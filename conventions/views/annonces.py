"""What the structure announces or asks, and the caisse's answer (C-20)."""

from typing import Any

from django.shortcuts import get_object_or_404

from caisses.models import Caisse
from conventions.actions.annonces import annoncer, clore_annonce
from conventions.forms.annonces import AnnonceForm, ReponseAnnonceForm
from conventions.models.suites import Annonce
from conventions.permissions import can_parler, can_rediger_convention
from conventions.views.actes import PageSurConvention
from conventions.views.preuves import PageDEnvoi
from conventions.workflow import obstacle


class _PageDAnnonce(PageSurConvention):
    def trouver(self, annonce: int) -> Annonce:
        ligne: Annonce = get_object_or_404(self.convention.annonces.select_related("caisse"), pk=annonce)
        ligne.convention = self.convention
        return ligne


def _caisses(compte: Any, convention: Any) -> dict[str, Any]:
    parts = convention.participations.de(compte)
    return {"caisses": Caisse.objects.filter(pk__in=parts.values("caisse")).order_by("nom")}


# Announce a letter to a caisse, or ask it for a change
nouvelle = PageDEnvoi.pour(
    "annoncer",
    titre="Annoncer ou demander à la caisse",
    bouton="Envoyer",
    fait="C’est enregistré ; la caisse en est avertie.",
    faire=annoncer,
    formulaire=AnnonceForm,
    avec=_caisses,
    droit=can_parler,
    obstacle=lambda convention: obstacle(convention, "amender"),
    avant=lambda convention: [
        "Ce que vous écrivez reste sur la convention ; la caisse en est avertie et vous répond. Une lettre est "
        "jointe avec sa date : la caisse en enregistre les effets."
    ],
)
# Answer what the structure announced or asked
clore = _PageDAnnonce.pour(
    "repondre",
    titre="Répondre à la structure",
    bouton="Répondre",
    fait="La réponse est enregistrée ; la structure en est avertie.",
    faire=clore_annonce,
    formulaire=ReponseAnnonceForm,
    droit=lambda compte, annonce: can_rediger_convention(compte, annonce.caisse),
    obstacle=lambda annonce: "Cette annonce a déjà sa réponse." if annonce.close_le else "",
    avant=lambda annonce: [f"{annonce.get_nature_display()} : {annonce.texte}"],
)
