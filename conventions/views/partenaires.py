"""The structures: list, record, and who is calling."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conformite.journal import consigner, consigner_tous
from conventions.actions import partenaires
from conventions.actions.fiches import code_est_le_bon
from conventions.arrivee import arrivee_de
from conventions.forms.listes import RechercheDeStructureForm
from conventions.forms.partenaires import (
    AppelantForm,
    ContactsForm,
    PartenaireForm,
    PartenaireModificationForm,
    SiretForm,
)
from conventions.journal import Acte
from conventions.models.conventions import Objet, Participation
from conventions.models.partenaires import Partenaire
from conventions.permissions import (
    can_chercher_partenaire,
    can_identifier_appelant,
    can_lire_structure,
    can_modifier_partenaire,
    can_tenir_fiche,
)
from conventions.views.actes import PageSurConvention
from socle.actes import ActeDePage, envoye
from socle.limites import Porte, compter, verifier
from socle.listes import feuilleter
from socle.profils import Profil
from socle.roles import Droit, exiger
from socle.tableur import reponse_csv

PAR_PAGE = 25
ENTETES = ("SIRET", "Structure", "Type", "Membres", "Domaines", "Contact", "Téléphone")


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the structures that have a convention with the account's caisses, or send them as CSV; a SIRET finds any (A-21)."""
    exiger(can_chercher_partenaire(request.user))
    filtres = RechercheDeStructureForm(request.GET)
    filtres.full_clean()
    siret = SiretForm({"siret": filtres.choix("q")})
    if siret.is_valid():
        return redirect("partenaire", siret.cleaned_data["siret"])
    trouves = filtres.filter(Partenaire.objects.connus_de(request.user)).order_by("nom", "pk")
    if request.GET.get("export") == "csv":
        return _exporter(request, trouves)
    contexte = {"feuille": feuilleter(request, trouves, PAR_PAGE), "filtres": filtres}
    return render(request, "conventions/partenaires.html", contexte)


def _exporter(request: HttpRequest, partenaires: Iterable[Partenaire]) -> HttpResponse:
    lignes = [
        (
            un.siret,
            un.nom,
            un.get_type_display(),
            un.membres,
            ", ".join(un.domaines),
            un.courriel,
            un.telephone,
        )
        for un in partenaires
    ]
    consigner(Acte.PARTENAIRE_EXPORTER, par=request.user, objet=request.user, nombre=len(lignes))
    return reponse_csv("partenaires.csv", ENTETES, lignes)


@require_safe
def fiche(request: HttpRequest, siret: str) -> HttpResponse:
    """Show a structure found by its exact SIRET: its record, and the conventions of one's own caisses only (A-21)."""
    partenaire = _charger(request, siret)
    conventions = (
        partenaire.conventions.visibles_par(request.user)
        .prefetch_related("participations__caisse")
        .order_by("-creee_le", "pk")
    )
    contexte = {
        "partenaire": partenaire,
        "conventions": conventions,
        # Nothing of the conventions of others, whose seats would tell.
        "places": {
            "gestionnaires": partenaire.places(Profil.GESTIONNAIRE),
            "techniciens": partenaire.places(Profil.TECHNICIEN),
        }
        if Partenaire.objects.visibles_par(request.user).filter(pk=partenaire.pk).exists()
        else None,
        "peut_modifier": can_modifier_partenaire(request.user, partenaire)
        or can_tenir_fiche(request.user, partenaire),
    }
    return render(request, "conventions/partenaire.html", contexte)


@require_safe
def arrivee(request: HttpRequest, siret: str) -> HttpResponse:
    """Show where a newcomer stands, from its SIRET to the first sign-in, and the next gesture (A-01, A-21, C-01, C-07)."""
    exiger(can_chercher_partenaire(request.user))
    partenaire = _charger(request, siret)
    etapes = arrivee_de(partenaire, request.user.caisses.all())
    suivante = next((etape for etape in etapes if not etape.faite), None)
    contexte = {"partenaire": partenaire, "etapes": etapes, "suivante": suivante}
    return render(request, "conventions/arrivee.html", contexte)


def _charger(request: HttpRequest, siret: str) -> Partenaire:
    """Return the structure: any one for who may search by exact SIRET, else one of the perimeter (404)."""
    if can_chercher_partenaire(request.user):
        partenaire = Partenaire.objects.filter(siret=siret).first()
        if partenaire is None:
            raise Http404
        return partenaire
    visible: Partenaire = get_object_or_404(Partenaire.objects.visibles_par(request.user), siret=siret)
    exiger(can_lire_structure(request.user))
    return visible


class _PageDeLaFiche(PageSurConvention):
    """The record of a structure: its row is the one that is locked."""

    gabarit = "conventions/partenaire_modifier.html"

    def charger(self) -> Partenaire:
        return _charger(self.request, self.cles["siret"])

    def verrouiller(self, objet: Partenaire) -> None:
        get_object_or_404(Partenaire.objects.select_for_update(no_key=True), pk=objet.pk)

    def former(self, acte: ActeDePage, objet: Partenaire) -> Form:
        conduit = can_modifier_partenaire(self.compte, objet)
        formulaire = PartenaireModificationForm if conduit else ContactsForm
        initial = {nom: getattr(objet, nom) for nom in formulaire.base_fields}
        initial |= {nom: "\n".join(initial[nom]) for nom in ("domaines", "sites") if nom in initial}
        return formulaire(envoye(self.request), initial=initial)

    def contexte(self, objet: Partenaire) -> dict[str, object]:
        return super().contexte(objet) | {"partenaire": objet}

    def retour(self, acte: ActeDePage) -> str:
        return reverse("partenaire", args=[self.cles["siret"]])


# Members, domains and contacts; the partner's other caisses see it at once.
modifier = _PageDeLaFiche.pour(
    "modifier-partenaire",
    titre="Modifier la fiche",
    bouton="Enregistrer",
    fait="La fiche est enregistrée.",
    faire=partenaires.modifier_partenaire,
    formulaire=PartenaireForm,
    droit=lambda compte, partenaire: (
        can_modifier_partenaire(compte, partenaire) or can_tenir_fiche(compte, partenaire)
    ),
)


# Wrong codes confidentiels, within the hour.
DEVINER = Porte(
    "code-confidentiel",
    "Trop de codes faux ont été essayés. Réessayez dans une heure, ou rappelez la structure à son numéro connu.",
    compte=10,
    cible=30,
)


@require_http_methods(["GET", "HEAD", "POST"])
def appelant(request: HttpRequest) -> HttpResponse:
    """Identify who calls (SIRET) or writes (SIRET and code confidentiel) (C-12); each try is logged."""
    exiger(can_identifier_appelant(request.user))
    form = AppelantForm(envoye(request))
    contexte: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            contexte |= _identifier(request, form)
        except ValidationError as refus:
            form.add_error("code", refus)
    return render(request, "conventions/appelant.html", contexte, status=422 if form.errors else 200)


def _identifier(request: HttpRequest, form: AppelantForm) -> dict[str, object]:
    parts = list(
        Participation.objects.donnant(Droit.IDENTIFIER_APPELANT, request.user)
        .filter(partenaire__siret=form.cleaned_data["siret"])
        .select_related("partenaire", "caisse", "convention")
    )
    code = form.cleaned_data["code"]
    essai = {"compte": request.user.pk, "cible": form.cleaned_data["siret"]} if code else {}
    verifier(DEVINER, **essai)
    reconnu = [part for part in parts if not code or code_est_le_bon(part, code)]
    # Each part that answers is of one caisse; a SIRET that none knows is the agent's own act.
    consigner_tous(
        Acte.APPELANT_IDENTIFIER,
        parts or [request.user],
        par=request.user,
        avec_code=bool(code),
        reconnu=bool(reconnu),
    )
    if not reconnu:
        compter(DEVINER, **essai)
    possibles = set(
        Participation.objects.donnant(Droit.IDENTIFIER_APPELANT, request.user, pour_commencer=True)
        .filter(pk__in=[part.pk for part in reconnu], objet=Objet.ACCES_DROITS, suspendue_le=None)
        .values_list("pk", flat=True)
    )
    for part in reconnu:
        part.peut_deposer = part.pk in possibles
        part.comptes = part.partenaire.comptes.order_by("statut", "nom", "prenom", "pk")
    return {"cherche": True, "parts": reconnu, "avec_code": bool(code)}
