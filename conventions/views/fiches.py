"""What lives beside the text: référents, sub-processing, evaluation, follow-up, code (C-03, C-08, C-11, C-12, C-18)."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from conventions.actions import fiches
from conventions.forms.suites import (
    ComiteForm,
    DateForm,
    FinDeSousTraitanceForm,
    MotDePasseForm,
    ReferentForm,
    SousTraitanceForm,
    SuiviForm,
)
from conventions.models.suites import Suivi
from conventions.permissions import (
    can_conduire_convention,
    can_ecrire_suivi,
    can_lire_code,
    can_tenir_referents,
)
from conventions.views.actes import PageDUnePart, PageSurConvention
from socle.actes import ActeDePage, envoye


class _PageDUneLigne(PageSurConvention):
    """A line that hangs on the convention: the relation is named by what the address calls it."""

    def trouver(self, **adresse: int) -> Any:
        ((nom, pk),) = adresse.items()
        ligne = get_object_or_404(getattr(self.convention, f"{nom}s"), pk=pk)
        ligne.convention = self.convention
        return ligne


class _PageDuCode(PageDUnePart):
    """The code is shown once, on a page of its own (C-12)."""

    def former(self, acte: ActeDePage, objet: Any) -> Form:
        if acte.formulaire is MotDePasseForm:
            return MotDePasseForm(envoye(self.request), request=self.request)
        return super().former(acte, objet)

    def finir(self, acte: ActeDePage) -> HttpResponse:
        contexte = {
            "convention": self.convention,
            "part": self.trouver(**self.cles),
            "code": self.rendu,
        }
        return render(self.request, "conventions/code.html", contexte)


# C-08
ajouter_referent = PageSurConvention.pour(
    "ajouter-referent",
    titre="Ajouter un référent",
    bouton="Ajouter",
    fait="Le référent est ajouté ; les autres parties en sont averties.",
    faire=fiches.ajouter_referent,
    formulaire=ReferentForm,
    avec=lambda compte, convention: {
        "convention": convention,
        "conduit": can_conduire_convention(compte, convention),
    },
    droit=can_ecrire_suivi,
)
retirer_referent = _PageDUneLigne.pour(
    "retirer-referent",
    titre="Retirer un référent",
    bouton="Retirer ce référent",
    fait="Le référent est retiré ; les autres parties en sont averties.",
    faire=fiches.retirer_referent,
    droit=lambda compte, referent: can_tenir_referents(compte, referent.convention, referent.partie),
    obstacle=lambda referent: "Ce référent est déjà retiré." if referent.jusqu_au else "",
    pertes=lambda referent: [
        f"{referent.nom} ne sera plus sur la liste des référents. Les autres parties en seront averties par courriel."
    ],
)
# C-18
sous_traitance = PageSurConvention.pour(
    "enregistrer-sous-traitance",
    titre="Enregistrer une sous-traitance agréée",
    bouton="Enregistrer",
    fait="La sous-traitance est enregistrée.",
    faire=fiches.enregistrer_sous_traitance,
    formulaire=SousTraitanceForm,
)
finir_sous_traitance = _PageDUneLigne.pour(
    "finir-sous-traitance",
    titre="Fin de la sous-traitance – {0.prestataire}",
    bouton="Enregistrer la fin",
    fait="La fin de la sous-traitance est enregistrée.",
    faire=fiches.finir_sous_traitance,
    formulaire=FinDeSousTraitanceForm,
    droit=lambda compte, ligne: can_conduire_convention(compte, ligne.convention),
    obstacle=lambda ligne: "Cette sous-traitance est déjà finie." if ligne.finie_le else "",
)
# C-03
evaluation = PageSurConvention.pour(
    "enregistrer-evaluation",
    titre="Évaluation partagée de la première année",
    bouton="Enregistrer",
    fait="L’évaluation est enregistrée.",
    faire=fiches.enregistrer_evaluation,
    formulaire=DateForm,
    droit=can_ecrire_suivi,
    obstacle=lambda convention: "L’évaluation est déjà notée." if convention.evaluation_le else "",
    avant=lambda convention: ["Elle éclaire la première reconduction ; son absence ne bloque rien."],
)
# C-11
suivi = PageSurConvention.pour(
    "enregistrer-suivi",
    titre="Suivi annuel",
    bouton="Enregistrer",
    fait="Le suivi est enregistré.",
    faire=fiches.enregistrer_suivi,
    formulaire=SuiviForm,
    droit=can_ecrire_suivi,
)
# C-21
confirmer_comite = _PageDUneLigne.pour(
    "confirmer-comite",
    titre="Comité de pilotage du {0.jour:%d/%m/%Y}",
    bouton="Enregistrer",
    fait="C’est enregistré.",
    faire=fiches.confirmer_comite,
    formulaire=ComiteForm,
    avec=lambda compte, suivi: {"initial": {"texte": suivi.texte}},
    droit=lambda compte, suivi: can_ecrire_suivi(compte, suivi.convention),
    obstacle=lambda suivi: (
        "" if suivi.nature == Suivi.Nature.COMITE and suivi.tenu is None else "Ce comité est déjà confirmé."
    ),
)
# C-12
renouveler_code = _PageDuCode.pour(
    "renouveler-code",
    titre="Nouveau code confidentiel – {0.caisse}",
    bouton="Donner un nouveau code confidentiel",
    faire=fiches.renouveler_code,
)
lire_code = _PageDuCode.pour(
    "lire-code",
    titre="Lire le code confidentiel – {0.caisse}",
    bouton="Lire le code",
    faire=lambda part, *, par, **_: fiches.lire_code(part, par=par),
    formulaire=MotDePasseForm,
    droit=can_lire_code,
    avant=lambda part: ["Confirmez d’abord que c’est bien vous."],
)
