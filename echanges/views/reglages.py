"""What the administrateur of the caisse sets for a convention: flows, authorisations, mailboxes (E-01, E-08, E-10)."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models.compte import Compte
from conventions.models.conventions import Participation
from conventions.permissions import can_conduire_participation
from conventions.views.actes import PageDUnePart, charger_part, part_de
from echanges.actions import acces, flux
from echanges.actions.recuperation import compte_en_vigueur, declarer_compte
from echanges.forms import (
    AutorisationForm,
    BoiteForm,
    ClotureFluxForm,
    CodeDeBoiteForm,
    ComptePayeurForm,
    FluxForm,
)
from echanges.models.acces import AutorisationDepot, BoiteDediee
from echanges.models.engagements import Engagement
from echanges.models.flux import FluxConvenu
from echanges.views.actes import RefusGarde
from socle.actes import ActeDePage


@require_safe
def reglages(request: HttpRequest, reference: str, caisse: str) -> HttpResponse:
    """Show what is set, and where to change it."""
    participation = charger_part(request, reference, caisse)
    libelles = {un.code: un.libelle for un in participation.flux.order_by("pk")}
    autorisations = participation.autorisations.filter(retiree_le=None).order_by("cote", "courriel")
    manques = _manques(participation)
    contexte = {
        "participation": participation,
        "convention": participation.convention,
        "flux": participation.flux.ouverts().select_related("avenant").order_by("code"),
        "autorisations": [
            {
                "autorisation": une,
                "flux": ", ".join(libelles.get(code, code) for code in une.flux),
                "manque": manques.get(une.courriel, "Aucun compte actif n’a cette adresse"),
            }
            for une in autorisations
        ],
        "compte_payeur": compte_en_vigueur(participation),
        "recupere": participation.flux.ouverts().filter(code="indu").exists(),
        "boites": participation.boites.presentes().order_by("cote"),
    }
    return render(request, "echanges/reglages.html", contexte)


def _manques(participation: Participation) -> dict[str, str]:
    """Return, by the address of each active account of both sides, what it lacks to use an authorisation (E-04, E-08)."""
    signes = Engagement.objects.valables().filter(convention=participation.convention_id)
    siens = Q(partenaire=participation.partenaire_id) | Q(caisses=participation.caisse_id)
    comptes = Compte.objects.filter(siens, statut=Compte.Statut.ACTIF).values_list("email", "pk").distinct()
    faits = set(signes.values_list("compte", flat=True))
    return {adresse.lower(): "" if cle in faits else "Engagement à signer" for adresse, cle in comptes}


class _Reglage(PageDUnePart):
    """The page of one setting of the exchanges of a caisse's part."""

    gabarit = "echanges/acte.html"
    # The argument of the action that is the object of the page.
    nom = "participation"

    def contexte(self, objet: Any) -> dict[str, Any]:
        return super().contexte(objet) | {"participation": getattr(objet, "participation", objet)}

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        return acte.faire(par=self.compte, **{self.nom: objet}, **donnees)

    def retour(self, acte: ActeDePage) -> str:
        return reverse("echange-reglages", args=[self.reference, self.cles["caisse"]])


class _SurUneLigne(_Reglage):
    """The page of one setting that is there: a flow, an authorisation, a mailbox."""

    droit = staticmethod(lambda compte, objet: can_conduire_participation(compte, objet.participation))
    modele: Any

    def trouver(self, caisse: str, **cle: int) -> Any:
        """Return it, with its part."""
        part = part_de(self.convention, caisse)
        objet = get_object_or_404(self.modele, participation=part, pk=cle[self.nom])
        objet.participation = part
        return objet


class _SurUnFlux(_SurUneLigne):
    nom, modele = "flux", FluxConvenu


class _SurUneAutorisation(_SurUneLigne):
    nom, modele = "autorisation", AutorisationDepot


class _SurUneBoite(_SurUneLigne):
    nom, modele = "boite", BoiteDediee


class _Verification(RefusGarde, _SurUneBoite):
    """A wrong code is counted, whatever is answered (E-08)."""


flux_nouveau = _Reglage.pour(
    "ouvrir",
    titre="Ouvrir un flux",
    bouton="Enregistrer",
    fait="Le flux est ouvert.",
    faire=flux.convenir_flux,
    formulaire=FluxForm,
    avec=lambda compte, part: {"participation": part, "par_avenant": flux.exige_un_avenant(part)},
)
# E-01
autorisation_nouvelle = _Reglage.pour(
    "autoriser",
    titre="Autoriser une personne",
    bouton="Enregistrer",
    fait="L’autorisation est donnée.",
    faire=acces.donner_autorisation,
    formulaire=AutorisationForm,
    avec=lambda compte, part: {"participation": part},
)
# E-08
boite_nouvelle = _Reglage.pour(
    "declarer",
    titre="Déclarer une boîte dédiée",
    bouton="Enregistrer",
    fait="La boîte est déclarée : le code qui la vérifie vient de lui être envoyé.",
    faire=acces.declarer_boite,
    formulaire=BoiteForm,
)
# E-06
compte_payeur = _Reglage.pour(
    "compte",
    titre="Déclarer le compte du payeur",
    bouton="Enregistrer",
    fait="Le compte est déclaré.",
    faire=declarer_compte,
    formulaire=ComptePayeurForm,
    avec=lambda compte, part: {"participation": part},
)


def _retiree(boite: BoiteDediee) -> str:
    return "Cette boîte est déjà retirée." if boite.retiree_le else ""


def _deja_verifiee(boite: BoiteDediee) -> str:
    return _retiree(boite) or ("Cette boîte est déjà vérifiée." if boite.verifiee_le else "")


boite_verifier = _Verification.pour(
    "verifier",
    titre="Vérifier une boîte dédiée",
    bouton="Vérifier",
    fait="La boîte est vérifiée.",
    faire=acces.verifier_boite,
    formulaire=CodeDeBoiteForm,
    obstacle=_deja_verifiee,
)
boite_retirer = _SurUneBoite.pour(
    "retirer",
    titre="Retirer une boîte dédiée",
    bouton="Retirer cette boîte",
    fait="La boîte est retirée.",
    faire=acces.retirer_boite,
    obstacle=_retiree,
    pertes=lambda boite: [
        "Aucun dépôt ne pourra être ouvert vers cette partie tant qu’une autre boîte n’est pas vérifiée."
    ],
)
autorisation_retirer = _SurUneAutorisation.pour(
    "retirer",
    titre="Retirer une autorisation",
    bouton="Retirer cette autorisation",
    fait="L’autorisation est retirée.",
    faire=acces.retirer_autorisation,
    obstacle=lambda une: "Cette autorisation est déjà retirée." if une.retiree_le else "",
    pertes=lambda une: ["Cette personne ne pourra plus ni déposer ni lire, dès sa prochaine page."],
)
# By avenant once it has served, else after one question.
flux_clore = _SurUnFlux.pour(
    "clore",
    titre="Fermer le flux « {0.libelle} »",
    bouton="Fermer ce flux",
    fait="Le flux est fermé.",
    faire=flux.clore_flux,
    formulaire=ClotureFluxForm,
    avec=lambda compte, un: {"participation": un.participation, "par_avenant": un.a_servi},
    obstacle=lambda un: "Ce flux est déjà fermé." if un.clos_le else "",
    pertes=lambda un: [] if un.a_servi else ["Plus rien ne sera déposé ni attendu pour ce flux."],
)
