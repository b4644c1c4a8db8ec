"""Requests of persons about their data (R-03)."""

import datetime as dt
import json
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from conformite.journal import consigner
from droits import libelles, permissions
from droits.actions import demandes as actions
from droits.extraction import libelles as libelles_trouves
from droits.extraction import references
from droits.forms.droits import ChoixForm, DemandeDroitsForm, LimitationForm, MasquesForm, ReponseDroitsForm
from droits.journal import Acte
from droits.models.demandes import DemandeDroits
from signalements.forms.par_service import QUESTIONS, lire
from signalements.views.demande import personne
from socle.actes import ActeDePage, PageASoi, PageDActes
from socle.listes import feuilleter
from socle.naissances import Naissance
from socle.pdf import rendre_pdf, reponse_pdf
from socle.roles import exiger
from socle.templatetags.portail import accorder, date_heure

_PAR_PAGE = 25


def _ouverte(une: DemandeDroits) -> bool:
    return une.repondue_le is None


def _des_assures(une: DemandeDroits) -> bool:
    return _ouverte(une) and bool(une.trouvees) and une.qualite == DemandeDroits.Qualite.ASSURE


class _Choix(ActeDePage):
    """Its form is made of what resembles the person."""

    def former(self, objet: DemandeDroits, donnees: Any = None, fichiers: Any = None, **options: Any) -> Form:
        return ChoixForm(donnees, fichiers, prefix=self.verbe, demande=objet)


class _Masques(ActeDePage):
    """Its form shows the words that are masked already."""

    def former(self, objet: DemandeDroits, donnees: Any = None, fichiers: Any = None, **options: Any) -> Form:
        deja = {"mots": objet.contenu.get("masques", "")}
        return MasquesForm(donnees, fichiers, prefix=self.verbe, initial=deja)


_acte = partial(ActeDePage, permis=permissions.can_traiter_droits)
ACTES = (
    _acte(
        "identite",
        "Vérifier l’identité",
        "L’identité est vérifiée",
        "L’identité est notée comme vérifiée : vous pouvez rechercher.",
        actions.verifier_identite,
        quand=lambda d: _ouverte(d) and d.identite_le is None,
    ),
    _acte(
        "rechercher",
        "Rechercher dans le portail",
        "Rechercher",
        "La recherche est faite.",
        actions.rechercher,
        quand=lambda d: _ouverte(d) and d.identite_le is not None,
    ),
    _Choix(
        "trancher",
        "Choisir parmi les dossiers qui ressemblent",
        "Enregistrer ces choix",
        "Vos choix sont enregistrés.",
        actions.trancher,
        quand=lambda d: _ouverte(d) and bool(d.proches or d.choix),
        permis=permissions.can_traiter_droits,
    ),
    _Masques(
        "masquer",
        "Masquer d’autres personnes dans le dossier à remettre",
        "Masquer ces mots",
        "Le dossier à remettre est fait sans ces mots.",
        actions.masquer,
        quand=_des_assures,
        permis=permissions.can_traiter_droits,
    ),
    _acte(
        "limiter",
        "Limiter : geler la suppression de ce qui a été trouvé",
        "Geler",
        # E-11: a row of an exchange goes at its term.
        lambda n: (
            f"{accorder(n, 'demande est gelée,demandes sont gelées')}. Une ligne d’échange de fichiers n’est jamais prolongée."
        ),
        actions.limiter,
        quand=_des_assures,
        formulaire=LimitationForm,
    ),
    _acte(
        "rectification",
        "Signaler une rectification aux structures",
        "Prévenir les structures",
        "Les structures sont prévenues.",
        actions.signaler_rectification,
        quand=lambda d: _des_assures(d) and d.droit == DemandeDroits.Droit.RECTIFICATION,
    ),
    _acte(
        "opposition",
        "Écarter la personne des échanges de fichiers",
        "Écarter et prévenir les deux parties",
        "Ses lignes sont écartées, et les deux parties prévenues.",
        actions.signaler_opposition,
        quand=lambda d: _des_assures(d) and d.droit == DemandeDroits.Droit.OPPOSITION,
    ),
    _acte(
        "repondre",
        "Noter la réponse donnée",
        "Enregistrer et clore",
        "La réponse est enregistrée, la demande est close.",
        actions.repondre,
        quand=lambda d: _ouverte(d),
        formulaire=ReponseDroitsForm,
    ),
)


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the requests, the most urgent first."""
    exiger(permissions.can_transmettre_droits(request.user))
    visibles = DemandeDroits.objects.visibles_par(request.user).select_related("caisse", "partenaire")
    page = feuilleter(request, visibles.order_by("-repondue_le", "echeance_le", "pk"), _PAR_PAGE)
    return render(request, "droits/droits.html", {"page": page})


class _PageDEnregistrement(PageASoi):
    """Record a request that a person made, here or at the structure."""

    gabarit = "droits/droits_nouvelle.html"

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        return {"par": objet}

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> DemandeDroits:
        return actions.enregistrer(
            par=objet,
            partenaire=objet.partenaire,
            contenu=self.form.contenu,
            **{nom: donnees[nom] for nom in ("caisse", "droit", "qualite", "recue_le")},
        )

    def retour(self, acte: ActeDePage) -> str:
        return reverse("droits-demande", args=[self.rendu.reference]) if self.rendu else reverse("droits")


nouvelle = _PageDEnregistrement.pour(
    "enregistrer",
    fait="La demande est enregistrée et transmise au délégué à la protection des données de la caisse.",
    faire=actions.enregistrer,
    formulaire=DemandeDroitsForm,
    permis=permissions.can_transmettre_droits,
)


@require_safe
def demande(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one request; who asks and what was found, to the DPO alone."""
    page = _Page(request, reference)
    return page.afficher(page.charger())


@require_safe
def extraction(request: HttpRequest, reference: str, forme: str) -> HttpResponse:
    """Give the collected file, as PDF or JSON; each download is a line of the journal."""
    une = _Page(request, reference).charger()
    exiger(permissions.can_traiter_droits(request.user))
    try:
        collecte = actions.extraire(une, par=request.user)
    except actions.EtapeImpossible:
        messages.warning(request, "Faites d’abord la recherche.")
        return redirect("droits-demande", reference=reference)
    nom = f"{une.reference}.{forme}"
    if forme == "pdf":
        return reponse_pdf(
            rendre_pdf("droits/extraction_pdf.html", _pour_le_pdf(collecte, une.caisse.fuseau)), nom
        )
    return HttpResponse(
        json.dumps(collecte, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, nom), "Cache-Control": "no-store"},
    )


def _pour_le_pdf(collecte: dict[str, Any], fuseau: str) -> dict[str, Any]:
    """Put the file in the words of the person who will read it: titles, dates, acts and profiles."""
    demandes = [
        une
        | {
            "conservee_jusqu_au": dt.date.fromisoformat(une["conservee_jusqu_au"]),
            "lignes": _contenu_en_mots(une["contenu"], fuseau),
            "echanges": [message | {"le": _instant(message["le"])} for message in une["echanges"]],
            "lectures": [
                (_instant(ligne["le"]), libelles.acte(ligne["acte"]), libelles.profil(ligne["par"]))
                for ligne in une["lectures"]
            ],
        }
        for une in collecte.get("demandes", [])
    ]
    comptes = [compte | {"cree_le": _instant(compte["cree_le"])} for compte in collecte.get("comptes", [])]
    return {
        "reference": collecte["reference"],
        "demandes": demandes,
        "comptes": comptes,
        "lignes_echangees": [
            une | {"conservee_jusqu_au": dt.date.fromisoformat(une["conservee_jusqu_au"])}
            for une in collecte.get("echanges", [])
        ],
        "fuseau": fuseau,
    }


_instant = dt.datetime.fromisoformat


def _contenu_en_mots(contenu: dict[str, Any], fuseau: str) -> list[tuple[str, str]]:
    """Return the whole content of a demande: what has a title under it, whatever else under its own name."""
    reste = {nom: une for nom, une in contenu.items() if nom not in {"assure", "atteste_le", *QUESTIONS}}
    lignes = [*personne(contenu), *lire(contenu), *_lignes(reste)]
    if atteste_le := contenu.get("atteste_le"):
        lignes.append(("Attesté", date_heure(_instant(atteste_le), fuseau)))
    return lignes


def _lignes(valeur: Any, nom: str = "") -> list[tuple[str, str]]:
    if isinstance(valeur, dict):
        return [ligne for cle, une in valeur.items() for ligne in _lignes(une, f"{nom} {cle}".strip())]
    if isinstance(valeur, list):
        return [(nom.replace("_", " ").capitalize(), ", ".join(str(une) for une in valeur))] if valeur else []
    return [(nom.replace("_", " ").capitalize(), str(valeur))] if valeur not in (None, "") else []


class _Page(PageDActes):
    """Do one act of the DPO."""

    actes = ACTES

    def charger(self) -> DemandeDroits:
        visibles = DemandeDroits.objects.visibles_par(self.compte).select_related("caisse", "partenaire")
        return get_object_or_404(visibles, reference=self.reference)

    def afficher(
        self, objet: DemandeDroits, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        traite = permissions.can_traiter_droits(self.compte)
        contenu = objet.contenu if traite else {}
        offerts = self.offerts(objet, verbe, form)
        montrees = references([*objet.proches, *objet.choix]) if traite and _ouverte(objet) else []
        consigner(Acte.DROITS_LIRE, par=self.compte, objet=objet, citees=montrees)
        contexte = {
            "demande": objet,
            "contenu": contenu,
            "trouvees": libelles_trouves(objet) if traite else [],
            "naissance": Naissance.de(contenu.get("naissance")),
            "actes": offerts,
            # What waits for a choice stands open.
            "refuse": verbe or ("trancher" if objet.proches else ""),
            "texte_perdu": self.perdu(offerts, verbe, form),
            "form": form,
            "traite": traite,
        }
        return render(self.request, "droits/droits_demande.html", contexte, status=statut)


agir = _Page.vue()
