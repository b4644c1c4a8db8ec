"""The life of the desk: models of answer, the superviseur's page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from signalements import permissions
from signalements.bureau.actions import (
    enregistrer_modele,
    supprimer_modele,
)
from signalements.bureau.equipe import (
    COLONNES,
    charges_par_agent,
    charges_par_pole,
    courriels_non_remis,
    urgences_par_structure,
)
from signalements.bureau.forms import ModeleForm, RedistributionForm
from signalements.bureau.lots import Resultat, traiter, verrouiller_dans_l_ordre
from signalements.models.demandes import Demande
from signalements.models.modeles import ModeleReponse
from signalements.workflow import OUVERTS
from socle.actes import ActeDePage, PageASoi, PageDUnActe
from socle.confirmation import demander_confirmation
from socle.roles import exiger
from socle.templatetags.portail import accorder


@require_safe
def modeles(request: HttpRequest) -> HttpResponse:
    """The models of answer of the account's caisses."""
    exiger(permissions.can_voir_modeles(request.user))
    visibles = ModeleReponse.objects.visibles_par(request.user).select_related(
        "caisse", "motif", "modifie_par"
    )
    contexte = {
        "modeles": visibles,
        "peut_modifier": permissions.can_modifier_modeles(request.user),
        "peut_trier": permissions.can_trier(request.user),
    }
    return render(request, "signalements/modeles.html", contexte)


class _PageDuModele(PageDUnActe):
    """Write a model of answer, new or changed, and see it as the structure would."""

    gabarit = "signalements/modele.html"
    vers = ("tri-modeles",)

    def charger(self) -> Any:
        """Return the model; the account itself for a new one."""
        if "pk" not in self.cles:
            return self.compte
        return get_object_or_404(ModeleReponse.objects.visibles_par(self.compte), pk=self.cles["pk"])

    @staticmethod
    def _existant(objet: Any) -> ModeleReponse | None:
        return objet if isinstance(objet, ModeleReponse) else None

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        return {} if acte.pertes else {"compte": self.compte, "modele": self._existant(objet)}

    def contexte(self, objet: Any) -> dict[str, object]:
        return {"modele": self._existant(objet)}

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        return acte.faire(self._existant(objet), par=self.compte, **donnees)


modele = _PageDuModele.pour(
    "enregistrer",
    titre="Modèle de réponse",
    bouton="Enregistrer",
    fait="Le modèle est enregistré. Les agents peuvent l’insérer.",
    faire=enregistrer_modele,
    formulaire=ModeleForm,
    permis=permissions.can_modifier_modeles,
    vu=lambda objet: getattr(objet, "modifie_le", None),
)
modele_supprimer = _PageDuModele.pour(
    "supprimer",
    titre="Supprimer ce modèle",
    bouton="Supprimer ce modèle",
    fait="Le modèle est supprimé.",
    faire=supprimer_modele,
    permis=permissions.can_modifier_modeles,
    pertes=lambda modele: [
        f"Le texte du modèle « {modele.titre} » sera perdu, pour tous les agents de la caisse."
    ],
)


class _PageDeLEquipe(PageASoi):
    """Load and delays by agent and pôle; hand all the demandes of one agent to another."""

    gabarit = "signalements/equipe.html"
    vers = ("tri-equipe",)

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        return {"compte": objet}

    def contexte(self, objet: Any) -> dict[str, object]:
        # Once: each list would ask again which caisses are the account's.
        visibles = Demande.objects.visibles_par(objet)
        return {
            "agents": charges_par_agent(objet, visibles),
            "poles": charges_par_pole(visibles),
            "colonnes": COLONNES,
            "urgences": urgences_par_structure(visibles),
            "courriels": courriels_non_remis(objet),
        }

    def montrer(self, objet: Any, acte: ActeDePage, form: Any) -> HttpResponse | None:
        """Say who would receive how many, before anything moves."""
        if "confirme" in self.request.POST or not form.is_valid():
            return None
        de = form.cleaned_data["de"].nom_complet
        pertes = [
            f"{agent.nom_complet} reçoit {accorder(len(references), 'demande,demandes')} suivies jusqu’ici par {de}."
            for agent, references in _partage(self.request, form).items()
        ]
        champs = [(nom, un) for nom in form.fields for un in self.request.POST.getlist(nom) if un]
        champs.append(("confirme", "1"))
        return demander_confirmation(self.request, acte.bouton, pertes, self.retour(acte), champs=champs)

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> list[tuple[Compte, list[Resultat]]]:
        partage = _partage(self.request, self.form)
        verrouiller_dans_l_ordre([une for references in partage.values() for une in references], objet)
        return [
            (agent, traiter(siennes, acte="attribuer", par=objet, agent=agent, texte=donnees["texte"]))
            for agent, siennes in partage.items()
        ]

    def annoncer(self, acte: ActeDePage) -> None:
        restantes = []
        for agent, resultats in self.rendu:
            restantes += [resultat.reference for resultat in resultats if not resultat.fait]
            faites = accorder(
                sum(resultat.fait for resultat in resultats), "demande confiée,demandes confiées"
            )
            messages.success(self.request, f"{faites} à {agent.nom_complet}.")
        if restantes:
            de = self.form.cleaned_data["de"].nom_complet
            messages.warning(self.request, f"Restent à {de} : {', '.join(restantes)}.")


def _partage(request: HttpRequest, form: RedistributionForm) -> dict[Compte, list[str]]:
    """Return which references each agent would receive: in turn, the most urgent first."""
    donnees = form.cleaned_data
    siennes = Demande.objects.visibles_par(request.user).filter(agent=donnees["de"], statut__in=OUVERTS)
    if donnees["pole"]:
        siennes = siennes.filter(pole=donnees["pole"])
    references = list(siennes.par_urgence().values_list("reference", flat=True)[: donnees["nombre"]])
    vers = list(donnees["vers"])
    return {agent: references[rang :: len(vers)] for rang, agent in enumerate(vers)}


equipe = _PageDeLEquipe.pour(
    "redistribuer",
    bouton="Redistribuer ces demandes",
    faire=traiter,
    formulaire=RedistributionForm,
    permis=permissions.can_voir_equipe,
)
