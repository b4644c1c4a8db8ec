"""The recovery of the indus of a deposit: the list, a dossier, its acts, its letter, what goes back (E-06)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conformite.journal import consigner
from echanges import catalogue, permissions, tableaux
from echanges.actions import recuperation as actes
from echanges.forms import ImpossibleForm, PosteForm, RapprochementForm
from echanges.journal import Acte
from echanges.models.depots import Depot
from echanges.models.recuperation import DossierIndu, StatutDossier
from echanges.regles import en_mots
from echanges.views.commun import apres_engagement, charger_depot
from echanges.views.suivi import TYPES
from socle.actes import LECTURE_ECRITURE, ActeForm
from socle.pdf import rendre_pdf, reponse_pdf

# Verb -> act, its words, the states that offer it, its form.
_S = StatutDossier
VERBES: dict[str, tuple[Callable[..., None], str, tuple[str, ...], type[ActeForm]]] = {
    "rapprocher": (actes.rapprocher, "C’est cette personne", (_S.RECU,), RapprochementForm),
    "calculer": (actes.calculer_retenue, "Calculer la retenue", (_S.RAPPROCHE, _S.CALCULE), ActeForm),
    "preparer": (actes.preparer_mandat, "Préparer le mandat", (_S.CALCULE,), ActeForm),
    "signer": (actes.signer_mandat, "Signer le mandat", (_S.CALCULE,), ActeForm),
    "poster": (actes.noter_la_poste, "Noter l’envoi de la lettre", (_S.MANDATE,), PosteForm),
    "contester": (actes.contester, "Noter une contestation", (_S.CALCULE, _S.MANDATE, _S.NOTIFIE), ActeForm),
    "solder": (actes.solder, "Solder le dossier", (_S.NOTIFIE, _S.CONTESTE), ActeForm),
    "impossible": (
        *(actes.declarer_impossible, "Dire la retenue impossible"),
        *((_S.RECU, _S.RAPPROCHE, _S.CALCULE), ImpossibleForm),
    ),
}


def _charger_dossier(request: HttpRequest, reference: str) -> DossierIndu:
    """Return a dossier of a deposit that the account sees (404)."""
    visibles = permissions.depots_visibles(request.user).values("pk")
    return get_object_or_404(
        DossierIndu.objects.filter(depot__in=visibles).select_related(
            "caisse",
            "partenaire",
            "depot__flux",
            "depot__participation__convention",
            "depot__caisse",
            "compte_payeur",
        ),
        reference=reference,
    )


def _le_depot(permis: Callable[[Any, Depot], bool]) -> Callable[[Any, DossierIndu], bool]:
    return lambda compte, dossier: permis(compte, dossier.depot)


@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_depot, permis=permissions.can_recuperer)
def dossiers(request: HttpRequest, depot: Depot) -> HttpResponse:
    """List the dossiers of a deposit; open those that are not."""
    if request.method == "POST":
        try:
            actes.ouvrir_dossiers(par=request.user, depot=depot)
        except ValidationError as erreur:
            messages.error(request, " ".join(erreur.messages))
        return redirect("dossiers", depot.reference)
    lignes = [{"dossier": un, **_resume(un)} for un in depot.dossiers.order_by("rang")]
    if lignes:
        consigner(
            Acte.DOSSIER_LISTER,
            par=request.user,
            objet=depot,
            citees=[un["dossier"].reference for un in lignes],
        )
    contexte = {"depot": depot, "lignes": lignes, "a_ouvrir": len(lignes) < depot.lignes}
    return render(request, "echanges/dossiers.html", contexte)


def _resume(dossier: DossierIndu) -> dict[str, Any]:
    contenu = dossier.contenu
    indu = contenu["indu"]
    return {
        "personne": f"{indu['prenoms']} {indu['nom']}",
        "naissance": tableaux.en_jour(indu["naissance"]),
        "indu": tableaux.en_euros(indu["montant"]),
        "retenu": tableaux.en_euros(contenu["total"]) if "total" in contenu else "",
    }


@require_safe
@apres_engagement(charger=_charger_dossier, permis=_le_depot(permissions.can_recuperer))
def dossier(request: HttpRequest, dossier: DossierIndu) -> HttpResponse:
    """Show a dossier: the person, the indu, the MTP, what is withheld month by month, and what comes next."""
    consigner(Acte.DOSSIER_LIRE, par=request.user, objet=dossier)
    return render(request, "echanges/dossier.html", _page(dossier))


def _page(dossier: DossierIndu, refuse: ActeForm | None = None, verbe: str = "") -> dict[str, Any]:
    return {
        "dossier": dossier,
        "form": refuse,
        "convention": dossier.depot.participation.convention,
        **_lisible(dossier),
        "actes": [
            {"verbe": nom, "libelle": libelle, "form": refuse if nom == verbe else _formulaire(nom, dossier)}
            for nom, (_, libelle, depuis, _) in VERBES.items()
            if dossier.statut in depuis
        ],
        "lettre": dossier.signe_le is not None,
    }


def _lisible(dossier: DossierIndu) -> dict[str, Any]:
    """Return what a page and the letter show, written."""
    contenu = dossier.contenu
    indu, mtp = contenu["indu"], contenu.get("mtp")
    return {
        **_resume(dossier),
        "ligne": indu,
        "debut": tableaux.en_jour(indu["debut"]),
        "fin": tableaux.en_jour(indu["fin"]),
        "mtp": mtp and {
            "ouverture": tableaux.en_jour(mtp["ouverture"]),
            "montant": tableaux.en_euros(mtp["montant_mensuel"]),
            "versement": tableaux.en_jour(mtp["premier_versement"]),
        },
        "colonnes": [{"libelle": "Mois"}, {"libelle": "Retenu (€)", "classe": "nombre"}],
        "mois": [[en_mots(mois), tableaux.en_euros(part)] for mois, part in contenu.get("retenue", {}).items()],
        "total": tableaux.en_euros(contenu["total"]) if "total" in contenu else "",
        "solde": tableaux.en_euros(contenu["solde"]) if "solde" in contenu else "",
    }  # fmt: skip


def _formulaire(verbe: str, dossier: DossierIndu, donnees: Any = None) -> ActeForm:
    forme = VERBES[verbe][3]
    options = {"candidats": actes.candidats(dossier).values()} if forme is RapprochementForm else {}
    return forme(donnees, prefix=verbe, **options)


@require_POST
def agir(request: HttpRequest, cle: str, verbe: str) -> HttpResponse:
    """Do one act of a dossier; what is wrong comes back beside its field."""
    if verbe not in VERBES:
        raise Http404
    return _agir(verbe)(request, cle)


def _agir(verbe: str) -> Callable[..., HttpResponse]:
    @apres_engagement(charger=_charger_dossier, permis=_le_depot(permissions.can_recuperer))
    def faire(request: HttpRequest, dossier: DossierIndu) -> HttpResponse:
        form = _formulaire(verbe, dossier, request.POST)
        if form.is_valid():
            try:
                VERBES[verbe][0](par=request.user, dossier=dossier, **form.champs_action())
            except ValidationError as erreur:
                form.refuser(erreur)
            else:
                messages.success(request, "C’est fait.")
                return redirect("dossier", dossier.reference)
        consigner(Acte.DOSSIER_LIRE, par=request.user, objet=dossier)
        return render(request, "echanges/dossier.html", _page(dossier, form, verbe), status=422)

    return faire


@require_safe
@apres_engagement(charger=_charger_dossier, permis=_le_depot(permissions.can_recuperer))
def lettre(request: HttpRequest, dossier: DossierIndu) -> HttpResponse:
    """Send the letter to the person, to print and post: amount, prestation, period, months, reason, remedies."""
    if dossier.signe_le is None:
        raise Http404
    contenu = rendre_pdf("echanges/pdf/lettre.html", {"dossier": dossier, **_lisible(dossier)})
    consigner(Acte.DOSSIER_LETTRE, par=request.user, objet=dossier)
    return reponse_pdf(contenu, f"{dossier.reference}-lettre.pdf")


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_recuperer)
def recuperations(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Send the table of what was withheld, ready to be deposited as « recuperation »."""
    colonnes = catalogue.flux()["recuperation"].colonnes_de(avec_nir=False)
    mandates = depot.dossiers.filter(signe_le__isnull=False).order_by("rang")
    if not mandates:
        raise Http404
    lignes = [[_recuperation(un).get(colonne.code) for colonne in colonnes] for un in mandates]
    consigner(
        Acte.RECUPERATION_TELECHARGER, par=request.user, objet=depot, citees=[un.reference for un in mandates]
    )
    return HttpResponse(
        tableaux.rendre(colonnes, lignes),
        content_type=TYPES["ods"],
        headers={
            "Content-Disposition": content_disposition_header(True, f"{depot.reference}_recuperation.ods"),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _recuperation(dossier: DossierIndu) -> dict[str, Any]:
    """Return a row of the flow « recuperation »: the mandate bears the reference of its dossier."""
    contenu = dossier.contenu
    return contenu["indu"] | {
        "retenu": contenu["total"],
        "mandat": dossier.reference,
        "mandat_le": f"{dossier.signe_le.date().isoformat()}",
        "solde": contenu["solde"],
    }
