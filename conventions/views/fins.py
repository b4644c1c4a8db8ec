"""How a caisse's part ends: denunciation, formal notice, termination, suspension (C-04, C-05, A-16)."""

from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404

from conventions.actions import fins
from conventions.forms.suites import (
    ClotureMiseForm,
    DenonciationForm,
    MiseEnDemeureForm,
    RaisonForm,
    ReceptionForm,
    ResiliationForm,
)
from conventions.lecture import effet_denonciation
from conventions.models.conventions import Participation
from conventions.models.suites import MiseEnDemeure
from conventions.permissions import can_conduire_participation
from conventions.views.actes import PageDUnePart, PageSurConvention, effets, part_de

DEJA, LEVEE = (
    "L’accès de cette structure est déjà suspendu.",
    "L’accès de cette structure n’est pas suspendu.",
)


class PageDUneMise(PageSurConvention):
    """The page of an act on a formal notice, told too late once it is closed (C-05)."""

    droit = staticmethod(lambda compte, mise: can_conduire_participation(compte, mise.participation))

    def trouver(self, caisse: str, mise: int) -> MiseEnDemeure:
        """Return the notice, with its part."""
        part = part_de(self.convention, caisse)
        lettre = get_object_or_404(part.mises_en_demeure.all(), pk=mise)
        lettre.participation = part
        return lettre


def close(mise: MiseEnDemeure) -> str:
    """Return that a notice runs no more; empty while it does."""
    if mise.close_le is None:
        return ""
    return f"Cette mise en demeure est close depuis le {mise.close_le:%d/%m/%Y} : {mise.get_issue_display().lower()}."


def _bonne_fin(part: Participation) -> dict[str, Any]:
    return {"initial": {"bonne_fin_jours": part.convention.bonne_fin_jours}}


def _si_denoncee_aujourd_hui(part: Participation) -> list[str]:
    if part.debut is None or part.debut > part.caisse.jour:
        return []
    effet = effet_denonciation(part, part.caisse.jour)
    phrases = [f"Une lettre d’aujourd’hui mettrait fin à la convention le {effet.fin:%d/%m/%Y}."]
    if effet.echeance_manquee:
        phrases.append(
            f"Le dernier jour utile pour l’échéance du {effet.echeance_manquee:%d/%m/%Y} est passé : la convention "
            "serait reconduite une fois encore."
        )
    return phrases


# C-04: its effect is shown before the click.
denoncer = PageDUnePart.pour(
    "denoncer",
    titre="Dénonciation – {0.caisse}",
    bouton="Enregistrer la dénonciation",
    fait="La dénonciation est enregistrée ; les deux parties en sont averties.",
    faire=fins.denoncer,
    formulaire=DenonciationForm,
    avec=lambda compte, part: _bonne_fin(part),
    obstacle=lambda part: fins.obstacle(part, "denoncer"),
    avant=_si_denoncee_aujourd_hui,
    effets=effets,
)
mettre_en_demeure = PageDUnePart.pour(
    "mettre-en-demeure",
    titre="Mise en demeure – {0.caisse}",
    bouton="Enregistrer la mise en demeure",
    fait="La mise en demeure est enregistrée.",
    faire=fins.mettre_en_demeure,
    formulaire=MiseEnDemeureForm,
    obstacle=lambda part: fins.obstacle(part, "mettre_en_demeure"),
    avant=lambda part: [
        "Rien n’est automatique : le délai passé, une personne décide. Un manquement réparé clôt la procédure."
    ],
)
noter_reception = PageDUneMise.pour(
    "noter-reception",
    titre="Réception de la mise en demeure",
    bouton="Enregistrer",
    fait="La réception est enregistrée.",
    faire=fins.noter_reception,
    formulaire=ReceptionForm,
    obstacle=lambda mise: close(mise) or ("La réception est déjà notée." if mise.recue_le else ""),
)
# Cured in time, or withdrawn
clore_mise_en_demeure = PageDUneMise.pour(
    "clore-mise-en-demeure",
    titre="Clore la mise en demeure",
    bouton="Clore la mise en demeure",
    fait="La mise en demeure est close.",
    faire=fins.clore_mise_en_demeure,
    formulaire=ClotureMiseForm,
    obstacle=close,
)
resilier = PageDUneMise.pour(
    "resilier",
    titre="Résiliation – {0.participation.caisse}",
    bouton="Résilier",
    fait="La résiliation est enregistrée ; les deux parties en sont averties.",
    faire=fins.resilier,
    formulaire=ResiliationForm,
    avec=lambda compte, mise: _bonne_fin(mise.participation),
    obstacle=lambda mise: close(mise) or fins.obstacle(mise.participation, "resilier"),
    avant=lambda mise: [
        f"Résiliation possible à partir du {mise.resiliable_des:%d/%m/%Y}."
        if mise.resiliable_des
        else "Notez d’abord la réception de la lettre : le délai court à partir d’elle."
    ],
    effets=lambda mise: effets(mise.participation),
)
suspendre = PageDUnePart.pour(
    "suspendre",
    titre="Suspendre l’accès – {0.caisse}",
    bouton="Suspendre l’accès",
    fait="L’accès est suspendu ; la structure en est avertie.",
    faire=fins.suspendre,
    formulaire=RaisonForm,
    obstacle=lambda part: fins.obstacle(part, "resilier") or (DEJA if part.suspendue_le else ""),
    avant=lambda part: ["L’accès à cette caisse cesse à l’instant."],
    effets=partial(effets, suspension=True),
)
lever_suspension = PageDUnePart.pour(
    "lever-suspension",
    titre="Lever la suspension – {0.caisse}",
    bouton="Lever la suspension",
    fait="L’accès est rétabli.",
    faire=fins.lever_suspension,
    obstacle=lambda part: fins.obstacle(part, "resilier") or ("" if part.suspendue_le else LEVEE),
)
