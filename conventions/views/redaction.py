"""The draft of a convention: its structure, its parameters (C-13), and two persons on one text."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from caisses.models import Motif
from conventions import clauses
from conventions.actions.conventions import Ouverture, SignataireSaisi, modifier_brouillon, rediger_convention
from conventions.actions.partenaires import creer_partenaire
from conventions.forms.convention import ACTE, ConventionForm
from conventions.forms.partenaires import DepartDuBrouillonForm, PartenaireForm
from conventions.models.conventions import Convention
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Partie
from conventions.parametres import PARAMETRES
from conventions.permissions import can_chercher_partenaire
from conventions.views.actes import charger_pour_conduire
from socle.roles import exiger


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Draft a convention: first the SIRET, then the structure when it is unknown, and all the parameters (C-13)."""
    exiger(can_chercher_partenaire(request.user))
    visibles = Convention.objects.visibles_par(request.user).select_related("partenaire")
    # A model of the caisse, or the very convention whose page led here.
    source = visibles.filter(reference=request.GET.get("depuis", "")).first()
    modeles = list(visibles.filter(modele=True).order_by("partenaire__nom", "pk"))
    siret_form = DepartDuBrouillonForm(
        request.GET if "siret" in request.GET else None,
        modeles=modeles if source is None or source in modeles else [source, *modeles],
    )
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
        donnees, compte=request.user, partenaire=partenaire, initial=_initial(request, partenaire, source)
    )
    if request.method == "POST" and form.is_valid() and (structure is None or structure.is_valid()):
        convention = _rediger(request, form, structure, partenaire or siret, source)
        if convention is not None:
            messages.success(request, f"La convention {convention.reference} est rédigée.")
            return redirect("convention", convention.reference)
    contexte = {"form": form, "structure": structure, "siret": siret, "partenaire": partenaire}
    refuse = form.errors or (structure is not None and structure.errors)
    return render(request, "conventions/nouvelle.html", contexte, status=422 if refuse else 200)


def _initial(
    request: HttpRequest, partenaire: Partenaire | None, source: Convention | None
) -> dict[str, Any]:
    """Return what the form shows first: the usual rules, or those of the convention from which one starts (C-15, C-23)."""
    caisses = list(request.user.caisses.all())
    initial: dict[str, Any] = {"caisses": caisses if len(caisses) == 1 else []}
    if source is not None:
        initial = _initial_du_brouillon(source) | {"remplace": "", "version": None}
        meme = partenaire is not None and source.partenaire_id == partenaire.pk
        if meme and source.statut in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}:
            initial["remplace"] = source.reference
        # The act of another signature empowers nobody for this one.
        initial |= dict.fromkeys(("signataire_nom", "signataire_qualite", *ACTE), None)
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
            documents_raison=form.cleaned_data["documents_raison"],
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
    caisses = list(donnees["caisses"])
    # One person for all the caisses, or each her own (C-22)
    signent = [caisses] if donnees["signataire_commun"] else [[caisse] for caisse in caisses]
    return [
        SignataireSaisi(
            Partie.PARTENAIRE,
            donnees["signataire_qualite"],
            nom=donnees["signataire_nom"],
            **form.acte(),
        ),
        *(
            SignataireSaisi(Partie.CAISSE, qualite, caisse=premiere, aussi_pour=aussi_pour)
            for premiere, *aussi_pour in signent
            for qualite in donnees["signataires_caisse"]
        ),
        *(
            SignataireSaisi(Partie.AUTRE, "Représentant", organisme=organisme, courriel=courriel)
            for organisme, courriel in form.autres()
        ),
    ]


def _rediger(
    request: HttpRequest,
    form: ConventionForm,
    structure: PartenaireForm | None,
    partenaire: Partenaire | str,
    source: Convention | None,
) -> Convention | None:
    """Create the structure when it is new (a SIRET), then the draft; put a refusal beside its field."""
    try:
        with transaction.atomic():
            if structure is not None:
                partenaire = _creer_la_structure(request, structure, partenaire)
            parametres = form.parametres()
            if source is not None:
                parametres["clauses"] = clauses.reprises(source, form.cleaned_data["objet"], partenaire)
            return rediger_convention(
                par=request.user,
                partenaire=partenaire,
                objet=form.cleaned_data["objet"],
                remplace=form.cleaned_data["remplace"],
                ouvertures=_ouvertures(form, source),
                signataires=_signataires(form),
                **parametres,
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
                # Without it (a form sent again after the end of a session) the present text is read first.
                version=form.cleaned_data["version"] or 0,
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
    signataires = list(convention.signataires.prefetch_related("aussi_pour"))
    partenaire = next(un for un in signataires if un.partie == Partie.PARTENAIRE)
    premiere = next(un.caisse_id for un in signataires if un.partie == Partie.CAISSE)
    qualites = [un.qualite for un in signataires if un.caisse_id == premiere]
    return initial | {
        "version": convention.version,
        "objet": convention.objet,
        "remplace": convention.remplace.reference if convention.remplace else "",
        "caisses": [part.caisse for part in parts],
        "documents_par_portail": parts[0].documents_par_portail,
        "documents_raison": parts[0].documents_raison,
        "autres_signataires": "\n".join(
            f"{un.organisme} ; {un.courriel}" if un.courriel else un.organisme
            for un in signataires
            if un.partie == Partie.AUTRE
        ),
        "signataire_nom": partenaire.nom,
        "signataire_qualite": partenaire.qualite,
        **{nom: getattr(partenaire, nom.removeprefix("signataire_")) for nom in ACTE},
        "signataires_caisse": "\n".join(qualites),
        "signataire_commun": any(un.aussi_pour.all() for un in signataires),
    }
