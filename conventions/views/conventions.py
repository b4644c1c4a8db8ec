"""List, draft and page of a convention."""

import csv
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner
from conventions import frise, phrases
from conventions.actions import (
    Ouverture,
    SignataireSaisi,
    creer_partenaire,
    modifier_brouillon,
    rediger_convention,
)
from conventions.actions.avenants import parametres_au
from conventions.actions.signatures import attendus, motifs_perdus
from conventions.forms import ConventionForm, PartenaireForm, SiretForm
from conventions.models import Convention, Document, Motif, Partenaire, Partie, Referent
from conventions.parametres import PARAMETRES
from conventions.permissions import (
    can_chercher_partenaire,
    can_conduire_convention,
    can_lire_code,
    can_rediger_convention,
)
from conventions.views.commun import charger, charger_pour_conduire
from espace_partenaires import horloge, registres
from espace_partenaires.profils import Profil

PAR_PAGE = 25
NIVEAUX = {
    Convention.Statut.BROUILLON: "neutre",
    Convention.Statut.A_SIGNER: "info",
    Convention.Statut.EN_VIGUEUR: "succes",
    Convention.Statut.DENONCEE: "avertissement",
    Convention.Statut.RESILIEE: "erreur",
    Convention.Statut.REMPLACEE: "neutre",
    Convention.Statut.TERMINEE: "neutre",
}
ONGLETS = {
    "vivantes": ("En vigueur", (Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE)),
    "a-faire": ("À rédiger ou à signer", (Convention.Statut.BROUILLON, Convention.Statut.A_SIGNER)),
    "finies": (
        "Terminées",
        (Convention.Statut.RESILIEE, Convention.Statut.REMPLACEE, Convention.Statut.TERMINEE),
    ),
}


def jour_de_la_page(convention: Convention) -> dt.date:
    """Return today as the convention's caisses count it."""
    return max(part.caisse.jour for part in convention.participations.select_related("caisse"))


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the conventions of the perimeter, by state, with their next date."""
    if request.user.profil not in {Profil.ADMINISTRATEUR, Profil.GESTIONNAIRE, Profil.TECHNICIEN}:
        raise PermissionDenied
    toutes = Convention.objects.visibles_par(request.user)
    code = request.GET.get("onglet", "vivantes")
    onglet = code if code in ONGLETS else "vivantes"
    saisie = request.GET.get("q", "").strip()[:60]
    comptes = dict(toutes.order_by().values_list("statut").annotate(Count("pk", distinct=True)))
    choisies = toutes.filter(statut__in=ONGLETS[onglet][1])
    if saisie:
        chiffres = saisie.replace(" ", "")
        choisies = toutes.filter(
            Q(reference__icontains=saisie)
            | Q(partenaire__nom__icontains=saisie)
            | Q(partenaire__siret=chiffres)
        )
    sous = _sous_combien(request)
    lignes = _proches(choisies, sous) if sous else _ordonner(choisies)
    if "export" in request.GET and request.user.profil == Profil.ADMINISTRATEUR:
        return _exporter(request, [_ligne(convention) for convention in lignes])
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "lignes": [_ligne(convention) for convention in page],
        "sous": sous,
        "parametres": urlencode(
            {nom: valeur for nom, valeur in (("onglet", onglet), ("q", saisie), ("sous", sous)) if valeur}
        ),
        "feuille": page,
        "onglets": [
            (cle, titre, sum(comptes.get(statut, 0) for statut in statuts))
            for cle, (titre, statuts) in ONGLETS.items()
        ],
        "onglet": onglet,
        "saisie": saisie,
        "peut_rediger": request.user.profil == Profil.ADMINISTRATEUR,
    }
    return render(request, "conventions/liste.html", contexte)


def _sous_combien(request: HttpRequest) -> int:
    """Return within how many days the next date is wanted; 0 for all."""
    demande = request.GET.get("sous", "")
    return int(demande) if demande in {"30", "90"} else 0


def _proches(conventions: QuerySet[Convention], jours: int) -> list[Convention]:
    """Return the conventions whose next échéance or end is within `jours`, soonest first (T-01)."""
    trouvees = []
    for convention in _ordonner(conventions):
        prochaine = _ligne(convention)["prochaine"]
        jour = max((part.caisse.jour for part in convention.participations.all()), default=None)
        if prochaine and jour and 0 < (prochaine - jour).days <= jours:
            trouvees.append((prochaine, convention))
    return [convention for _, convention in sorted(trouvees, key=lambda paire: paire[0])]


ENTETES = ("Référence", "Structure", "SIRET", "Caisses", "Objet", "État", "Prochaine date", "Quoi")


def _exporter(request: HttpRequest, lignes: list[dict[str, Any]]) -> HttpResponse:
    """Send the list as CSV for a spreadsheet; a cell never starts a formula."""
    reponse = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="conventions.csv"'},
    )
    ecrivain = csv.writer(reponse, delimiter=";")
    ecrivain.writerow(ENTETES)
    for ligne in lignes:
        convention = ligne["convention"]
        cellules = (
            convention.reference,
            convention.partenaire.nom,
            convention.partenaire.siret,
            ligne["caisses"],
            convention.get_objet_display(),
            convention.get_statut_display(),
            f"{ligne['prochaine']:%d/%m/%Y}" if ligne["prochaine"] else "",
            ligne["quoi"] if ligne["prochaine"] else "",
        )
        ecrivain.writerow(sans_formule(cellule) for cellule in cellules)
    consigner("convention.exporter", par=request.user, nombre=len(lignes))
    return reponse


def sans_formule(cellule: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{cellule}" if cellule[:1] in "=+-@\t\r" and cellule else cellule


def _ordonner(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    return (
        conventions.select_related("partenaire")
        .prefetch_related("participations__caisse")
        .annotate(premiere_fin=Min("participations__fin"))
        .order_by("partenaire__nom", "-creee_le", "pk")
    )


def _ligne(convention: Convention) -> dict[str, Any]:
    parts = list(convention.participations.all())
    for part in parts:
        part.convention = convention
    dates = [date for part in parts if (date := part.prochaine_echeance(part.caisse.jour))]
    fins = [part.fin for part in parts if part.fin]
    return {
        "convention": convention,
        "caisses": ", ".join(part.caisse.nom for part in parts),
        "niveau": NIVEAUX[Convention.Statut(convention.statut)],
        "prochaine": min(dates, default=None),
        "quoi": "Fin" if fins else "Reconduction",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Draft a convention: first the SIRET, then the structure when it is unknown, and all the parameters (C-13)."""
    if not can_chercher_partenaire(request.user):
        raise PermissionDenied
    siret_form = SiretForm(request.GET if "siret" in request.GET else None)
    if not siret_form.is_bound or not siret_form.is_valid():
        return render(
            request,
            "conventions/nouvelle_siret.html",
            {"form": siret_form},
            status=422 if siret_form.errors else 200,
        )
    siret = siret_form.cleaned_data["siret"]
    partenaire = Partenaire.objects.filter(siret=siret).first()
    donnees = request.POST if request.method == "POST" else None
    structure = None if partenaire else PartenaireForm(donnees, prefix="structure")
    form = ConventionForm(
        donnees, compte=request.user, partenaire=partenaire, initial=_initial(request, partenaire)
    )
    if request.method == "POST" and form.is_valid() and (structure is None or structure.is_valid()):
        convention = _rediger(request, form, structure, siret, partenaire)
        if convention is not None:
            messages.success(request, f"La convention {convention.reference} est rédigée.")
            return redirect("convention", convention.reference)
    contexte = {"form": form, "structure": structure, "siret": siret, "partenaire": partenaire}
    refuse = form.errors or (structure is not None and structure.errors)
    return render(request, "conventions/nouvelle.html", contexte, status=422 if refuse else 200)


def _initial(request: HttpRequest, partenaire: Partenaire | None) -> dict[str, Any]:
    caisses = list(request.user.caisses.all())
    initial: dict[str, Any] = {"caisses": caisses if len(caisses) == 1 else []}
    if partenaire is not None:
        initial |= {
            "signataire_nom": partenaire.representant,
            "signataire_qualite": partenaire.representant_qualite,
            "documents_par_portail": partenaire.peut_recevoir_des_documents,
        }
    return initial


def _ouvertures(form: ConventionForm, convention: Convention | None = None) -> list[Ouverture]:
    """Return what each caisse opens; a caisse of the draft whose motifs were set apart keeps them (C-09)."""
    motifs = form.motifs()
    propres = _motifs_a_part(convention) if convention else {}
    return [
        Ouverture(
            caisse,
            propres.get(caisse.pk, motifs),
            documents_par_portail=form.cleaned_data["documents_par_portail"],
            documents_motif=form.cleaned_data["documents_motif"],
        )
        for caisse in form.cleaned_data["caisses"]
    ]


def _motifs_a_part(convention: Convention) -> dict[int, list[Motif]]:
    """Return the motifs of the caisses that do not open the same as the first one of the draft."""
    parts = list(convention.participations.order_by("caisse__nom", "pk").prefetch_related("motifs"))
    communs = {motif.pk for motif in parts[0].motifs.all()}
    return {
        part.caisse_id: list(part.motifs.all())
        for part in parts[1:]
        if {motif.pk for motif in part.motifs.all()} != communs
    }


def _signataires(form: ConventionForm) -> list[SignataireSaisi]:
    donnees = form.cleaned_data
    return [
        SignataireSaisi(
            Partie.PARTENAIRE,
            donnees["signataire_qualite"],
            nom=donnees["signataire_nom"],
            acte=donnees["signataire_acte"],
            acte_le=donnees["signataire_acte_le"],
        ),
        *(
            SignataireSaisi(Partie.CAISSE, qualite, caisse=caisse)
            for caisse in donnees["caisses"]
            for qualite in donnees["signataires_caisse"]
        ),
        *(
            SignataireSaisi(Partie.AUTRE, "Représentant", organisme=organisme)
            for organisme in donnees["autres_signataires"]
        ),
    ]


def _rediger(
    request: HttpRequest,
    form: ConventionForm,
    structure: PartenaireForm | None,
    siret: str,
    partenaire: Partenaire | None,
) -> Convention | None:
    """Create the structure when it is new, then the draft; put a refusal beside its field."""
    try:
        with transaction.atomic():
            if structure is not None:
                partenaire = _creer_la_structure(request, structure, siret)
            return rediger_convention(
                par=request.user,
                partenaire=partenaire,
                objet=form.cleaned_data["objet"],
                remplace=form.cleaned_data["remplace"],
                ouvertures=_ouvertures(form),
                signataires=_signataires(form),
                **form.parametres(),
            )
    except ValidationError as erreur:
        if structure is None or structure.is_valid():
            form.refuser(erreur)
        return None


def _creer_la_structure(request: HttpRequest, structure: PartenaireForm, siret: str) -> Partenaire:
    try:
        return creer_partenaire(par=request.user, siret=siret, **structure.cleaned_data)
    except ValidationError as erreur:
        structure.refuser(erreur)
        raise


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a draft; the second of two persons is told, its text is kept."""
    convention = charger_pour_conduire(request, reference)
    if convention.statut != Convention.Statut.BROUILLON:
        messages.warning(
            request, "Cette convention n’est plus en rédaction : tout changement passe par un avenant."
        )
        return redirect("convention", reference)
    form = ConventionForm(
        request.POST if request.method == "POST" else None,
        compte=request.user,
        partenaire=convention.partenaire,
        initial=_initial_du_brouillon(convention),
    )
    if request.method == "POST" and form.is_valid():
        try:
            modifier_brouillon(
                par=request.user,
                convention=convention,
                version=form.cleaned_data["version"],
                ouvertures=_ouvertures(form, convention),
                signataires=_signataires(form),
                **form.parametres(),
            )
        except ValidationError as erreur:
            form.refuser(erreur)
            if getattr(erreur, "code", "") == "version":
                form.reprendre_version(Convention.objects.get(pk=convention.pk).version)
        else:
            messages.success(request, "Le brouillon est enregistré.")
            return redirect("convention", reference)
    contexte = {"form": form, "convention": convention, "partenaire": convention.partenaire}
    return render(request, "conventions/nouvelle.html", contexte, status=422 if form.errors else 200)


def _initial_du_brouillon(convention: Convention) -> dict[str, Any]:
    initial: dict[str, Any] = {nom: getattr(convention, nom) for nom in PARAMETRES}
    parts = list(
        convention.participations.order_by("caisse__nom", "pk")
        .prefetch_related("motifs")
        .select_related("caisse")
    )
    for nom in ("gestionnaires", "techniciens"):
        initial |= ConventionForm.initial_des_paliers(nom, getattr(convention, f"quota_{nom}"))
    for motif in parts[0].motifs.all():
        initial.setdefault(f"motifs_{motif.service_id}", []).append(motif.pk)
    signataires = list(convention.signataires.all())
    partenaire = next(un for un in signataires if un.partie == Partie.PARTENAIRE)
    qualites = [un.qualite for un in signataires if un.caisse_id == parts[0].caisse_id]
    return initial | {
        "version": convention.version,
        "objet": convention.objet,
        "remplace": convention.remplace.reference if convention.remplace else "",
        "caisses": [part.caisse for part in parts],
        "documents_par_portail": parts[0].documents_par_portail,
        "documents_motif": parts[0].documents_motif,
        "autres_signataires": "\n".join(convention.autres_signataires),
        "signataire_nom": partenaire.nom,
        "signataire_qualite": partenaire.qualite,
        "signataire_acte": partenaire.acte,
        "signataire_acte_le": partenaire.acte_le,
        "signataires_caisse": "\n".join(qualites),
    }


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a convention: until when, why, what comes next, who, what is open, and its history (C-06)."""
    convention = charger(request, reference)
    jour = jour_de_la_page(convention)
    lu_le = _jour_demande(request, jour)
    parametres = parametres_au(convention, lu_le)
    conduit = can_conduire_convention(request.user, convention)
    parts = _parts(request, convention)
    contexte = {
        "convention": convention,
        "niveau": NIVEAUX[Convention.Statut(convention.statut)],
        "phrase": frise.phrase_etat(convention, jour),
        "jour": jour,
        "lu_le": lu_le if lu_le != jour else None,
        "parametres": [
            (phrases.LIBELLES[nom], texte)
            for nom in PARAMETRES
            if (texte := phrases.phrase(nom, parametres[nom]))
        ],
        "parts": parts,
        "signatures": _signatures(convention),
        "a_venir": frise.a_venir(convention, jour),
        "passe": list(reversed(frise.passe(convention, lu_le))),
        "referents": Referent.objects.filter(convention=convention, jusqu_au=None).select_related("caisse"),
        "avenants": convention.avenants.all(),
        "sous_traitances": convention.sous_traitances.all(),
        "suivis": convention.suivis.all(),
        "comite_en_retard": convention.comite_pilotage and frise.comite_en_retard(convention, jour),
        "conduit": conduit,
        "motifs_perdus": motifs_perdus(convention) if conduit else [],
        "vivante": convention.statut in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE},
    }
    return render(request, "conventions/convention.html", contexte)


def _jour_demande(request: HttpRequest, jour: dt.date) -> dt.date:
    """Return the past day at which the convention is read, today unless a valid one is asked (C-06)."""
    try:
        demande = dt.date.fromisoformat(request.GET.get("au", ""))
    except ValueError:
        return jour
    return min(demande, jour)


def _parts(request: HttpRequest, convention: Convention) -> list[dict[str, Any]]:
    parts = []
    for part in convention.participations.select_related("caisse").prefetch_related("motifs__service"):
        part.convention = convention
        par_service: dict[str, list[str]] = {}
        for motif in part.motifs.all():
            par_service.setdefault(motif.service.libelle, []).append(motif.libelle)
        parts.append(
            {
                "part": part,
                "services": par_service.items(),
                "mises": part.mises_en_demeure.filter(close_le=None),
                "lit_le_code": can_lire_code(request.user, part) and part.code_scelle is not None,
                "conduit": request.user.profil == Profil.ADMINISTRATEUR
                and can_rediger_convention(request.user, part.caisse),
            }
        )
    return parts


def _signatures(convention: Convention) -> list[dict[str, Any]]:
    documents = [Document.CONVENTION]
    if not convention.utilisation_liee:
        documents.append(Document.UTILISATION)
    lignes = []
    for document in documents:
        restants = {signataire.pk for signataire in attendus(convention, document)}
        for signataire in convention.signataires.select_related("caisse").prefetch_related("signatures"):
            if document == Document.UTILISATION and signataire.partie == Partie.AUTRE:
                continue
            signature = next((une for une in signataire.signatures.all() if une.document == document), None)
            lignes.append(
                {
                    "document": document,
                    "signataire": signataire,
                    "partie": signataire.caisse or signataire.organisme or convention.partenaire,
                    "signature": signature,
                    "possible": signataire.pk in restants and _peut_etre_signe(convention, document),
                }
            )
    return lignes


def _peut_etre_signe(convention: Convention, document: str) -> bool:
    attendu = Convention.Statut.A_SIGNER if document == Document.CONVENTION else Convention.Statut.EN_VIGUEUR
    return convention.statut == attendu


def effets(participation: Any) -> list[str]:
    """Return what the end of a caisse's part would change, as each app says it (A-13, C-16)."""
    return [str(effet) for fournir in registres.effets.values() for effet in fournir(participation)]


def aujourd_hui(participation: Any) -> dt.date:
    """Return the caisse's present day."""
    return horloge.jour(participation.caisse.fuseau)


def charger_signataire(convention: Convention, pk: int) -> Any:
    """Return a signatory of the convention (404)."""
    return get_object_or_404(convention.signataires.select_related("caisse", "convention__partenaire"), pk=pk)
