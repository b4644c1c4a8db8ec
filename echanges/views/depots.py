"""A deposit step by step: opened, sent, confirmed, read, taken back (E-02, E-09)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from echanges import permissions, tableaux
from echanges.actions.depots import TROP_TARD, confirmer_depot, ouvrir_depot, retirer_depot
from echanges.actions.lecture import lire_depot
from echanges.actions.reception import boite_refusee, mot_de_passe_parti, recevoir_fichier
from echanges.forms import FichierForm, LectureForm, OuvertureDepotForm, RetraitForm
from echanges.journal import Acte
from echanges.models.depots import Depot, StatutDepot
from echanges.models.flux import FluxConvenu
from echanges.regles import periodes_offertes
from echanges.tableaux import Lu
from echanges.views.commun import apres_engagement, charger_depot, charger_flux
from echanges.views.suivi import TYPES
from fichiers.limites import FICHIER_MAX, MO
from socle.actes import LECTURE_ECRITURE, a_agi, envoye
from socle.tableur import reponse_csv

APERCU_LIGNES = 5


@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_flux, permis=permissions.can_deposer)
def ouvrir(request: HttpRequest, flux: FluxConvenu) -> HttpResponse:
    """Choose the period; the password leaves first."""
    remplace = _a_remplacer(request, flux)
    jour = flux.participation.caisse.jour
    periodes = [remplace.periode] if remplace else periodes_offertes(flux.periodicite, flux.depuis, jour)
    form = OuvertureDepotForm(envoye(request), periodes=periodes, remplace=remplace is not None)
    ouverts: list[Depot] = []

    def agir(**champs: Any) -> None:
        ouverts.append(ouvrir_depot(flux=flux, remplace=remplace, **champs))

    fait = "Le mot de passe part vers la boîte de l’autre partie. Vous pourrez ensuite envoyer le fichier."
    if a_agi(request, form, agir, fait):
        return redirect("depot-fichier", ouverts[0].reference)
    contexte = {"flux": flux, "participation": flux.participation, "remplace": remplace, "form": form}
    return render(request, "echanges/ouvrir.html", contexte, status=422 if form.errors else 200)


def _a_remplacer(request: HttpRequest, flux: FluxConvenu) -> Depot | None:
    """The deposit that a new one replaces, among those that stand."""
    reference = request.GET.get("remplace", "")
    return flux.depots.deposes().filter(reference=reference).first() if reference else None


@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_depot, permis=permissions.can_poursuivre)
def fichier(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Send the table, once the password has left; every fault of it is told."""
    form = FichierForm(envoye(request), request.FILES or None)
    lu: Lu | None = None
    if request.method == "POST" and form.is_valid():
        lu = _recevoir(request, depot, form)
        if lu is not None and not lu.problemes:
            return redirect("depot-confirmation", depot.reference)
    contexte = {
        "depot": depot,
        "form": form,
        "lu": lu,
        "parti_le": mot_de_passe_parti(depot),
        "refusee": boite_refusee(depot),
        "attend": depot.statut in (StatutDepot.OUVERT, StatutDepot.A_CONFIRMER),
        "en_erreur": bool(lu),
    }
    return render(request, "echanges/fichier.html", contexte, status=422 if form.errors or lu else 200)


@require_safe
@apres_engagement(charger=charger_depot, permis=permissions.can_poursuivre)
def points(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Send the faults of the last table that was refused: line, column, what to do; never what was in a cell."""
    trouves = depot.resume.get("points")
    if not trouves:
        raise Http404
    return reponse_csv(f"{depot.reference}-points-a-corriger.csv", ("Ligne", "Colonne", "Que faire"), trouves)


def _recevoir(request: HttpRequest, depot: Depot, form: FichierForm) -> Lu | None:
    """Return what was read; None when the file itself was refused, the form says why."""
    envoi = form.cleaned_data["fichiers"]
    try:
        if envoi.size > FICHIER_MAX:
            raise ValidationError(
                {"fichiers": f"Ce fichier dépasse {FICHIER_MAX // MO}\N{NO-BREAK SPACE}Mo."}
            )
        return recevoir_fichier(par=request.user, depot=depot, nom=envoi.name or "", contenu=envoi.read())
    except ValidationError as erreur:
        form.refuser(erreur)
    return None


@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_depot, permis=permissions.can_poursuivre)
def confirmation(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Show what was read, then announce it."""
    if depot.statut != StatutDepot.A_CONFIRMER:
        messages.error(request, TROP_TARD)
        return redirect("depot", depot.reference)
    if request.method == "POST":
        try:
            confirmer_depot(par=request.user, depot=depot)
        except ValidationError as erreur:
            messages.error(request, " ".join(erreur.messages))
        else:
            messages.success(request, "Le dépôt est annoncé à la boîte de l’autre partie.")
        return redirect("depot", depot.reference)
    consigner(Acte.DEPOT_RELIRE, par=request.user, objet=depot)
    return render(request, "echanges/confirmation.html", {"depot": depot, **_apercu(depot)})


def _apercu(depot: Depot) -> dict[str, Any]:
    """Return the first rows, the total and the warnings, unsealed."""
    resume, premier = depot.resume, depot.lots.order_by("rang").first()
    lignes = depot.ouvrir(bytes(premier.scelle), f"lignes:{premier.rang}")[:APERCU_LIGNES] if premier else []
    colonnes = depot.flux.flux.colonnes_de(avec_nir=depot.flux.avec_nir)
    return {
        "colonnes": [{"libelle": colonne.libelle} for colonne in colonnes],
        "lignes": tableaux.montrer(colonnes, lignes),
        "total": None if resume["total"] is None else tableaux.en_euros(resume["total"]),
        "avertissements": [
            [str(numero), colonne, phrase] for numero, colonne, phrase in resume["avertissements"]
        ],
        "colonnes_avertissements": [{"libelle": un} for un in ("Ligne", "Colonne", "À vérifier")],
    }


@sensitive_post_parameters("mot_de_passe")
@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_depot, permis=permissions.can_lire)
def lecture(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Ask for the password, then give the file."""
    form = LectureForm(envoye(request))
    if request.method == "POST" and form.is_valid():
        try:
            remis, morceaux = lire_depot(par=request.user, depot=depot, **form.champs_action())
        except ValidationError as erreur:
            form.refuser(erreur)
        else:
            return StreamingHttpResponse(
                morceaux,
                content_type=TYPES["ods"],
                headers={
                    "Content-Disposition": content_disposition_header(True, remis.nom),
                    "Content-Length": str(remis.taille),
                    "Content-Security-Policy": "sandbox; default-src 'none'",
                    "Cross-Origin-Resource-Policy": "same-origin",
                    "X-Content-Type-Options": "nosniff",
                    "Cache-Control": "no-store",
                },
            )
    contexte = {"depot": depot, "form": form, "lisible": depot.statut == StatutDepot.DEPOSE}
    return render(request, "echanges/lecture.html", contexte, status=422 if form.errors else 200)


@require_http_methods(LECTURE_ECRITURE)
@apres_engagement(charger=charger_depot, permis=permissions.can_retirer)
def retrait(request: HttpRequest, depot: Depot) -> HttpResponse:
    """Take a deposit back, with a reason."""
    form = RetraitForm(envoye(request))
    if a_agi(
        request, form, partial(retirer_depot, depot=depot), "Le dépôt est retiré : son fichier est détruit."
    ):
        return redirect("depot", depot.reference)
    return render(
        request, "echanges/retrait.html", {"depot": depot, "form": form}, status=422 if form.errors else 200
    )
