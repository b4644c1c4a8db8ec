"""The accounts of a structure, and one account: what its gestionnaire or its caisse may do."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.actions import facteurs
from accounts.actions.acces import envoyer_lien
from accounts.actions.comptes import (
    creer_compte,
    fuseau,
    inactiver,
    modifier_compte,
    reactiver,
    rouvrir_apres_fin,
    verifier_remise,
)
from accounts.actions.departs import annoncer_depart, remplacer_technicien
from accounts.actions.places import places
from accounts.actions.securite import exclure, lever_exclusion, signaler
from accounts.forms.comptes import (
    AgentModifieForm,
    CoordonneesForm,
    ExclusionForm,
    InactivationForm,
    TechnicienForm,
)
from accounts.journal import Acte
from accounts.models.acces import LienPersonnel
from accounts.models.compte import Compte
from accounts.models.habilitations import SignalementSecurite
from accounts.reauthentification import confirmer_identite
from accounts.regles import CERTIFICATIONS
from accounts.views.erreurs import tenter
from conformite.journal import consigner
from conventions.models.partenaires import Partenaire
from socle import crochets, horloge
from socle.models import CourrielSortant
from socle.profils import Profil
from socle.roles import Droit, exiger, peut, role
from socle.templatetags.portail import de

COORDONNEES = ("civilite", "nom", "prenom", "fonction", "telephone", "email")


def charger(request: HttpRequest, pk: int) -> Compte:
    """Return the account if the person sees it; raise Http404 otherwise."""
    visibles = Compte.objects.visibles_par(request.user).select_related(
        "partenaire", "cree_par", "inactive_par", "rattache_a", "releve_de"
    )
    return get_object_or_404(visibles, pk=pk)


@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """Show the gestionnaire the accounts of the structure and its seats (Q-01 to Q-05)."""
    exiger(permissions.can_gerer_structure(request.user))
    return page_structure(request, request.user.partenaire)


@require_safe
def structure(request: HttpRequest, siret: str) -> HttpResponse:
    """Show the administrateur the accounts of one of his structures."""
    partenaire = get_object_or_404(Partenaire.objects.visibles_par(request.user), siret=siret)
    exiger(permissions.can_suivre_structures(request.user))
    return page_structure(request, partenaire)


def page_structure(request: HttpRequest, partenaire: Partenaire) -> HttpResponse:
    """Show the seats and the accounts of a structure, by profile."""
    comptes = list(
        Compte.objects.visibles_par(request.user)
        .filter(partenaire=partenaire)
        .select_related("rattache_a", "releve_de")
        .order_by("statut", "nom", "prenom")
    )
    rang = {Compte.Statut.ACTIF: 0, Compte.Statut.EN_ATTENTE: 1}
    comptes.sort(key=lambda compte: rang.get(compte.statut, 2))
    par_profil: dict[str, list[Compte]] = defaultdict(list)
    for compte in comptes:
        par_profil[compte.profil].append(compte)
    groupes = [
        (libelle, places(partenaire, profil), par_profil[profil])
        for profil, libelle in ((Profil.TECHNICIEN, "Techniciens"), (Profil.GESTIONNAIRE, "Gestionnaires"))
    ]
    contexte = {
        "partenaire": partenaire,
        "a_rouvrir": [c for c in comptes if permissions.can_rouvrir_apres_fin(request.user, c)],
        "echeance_techniciens": echeance_techniciens(partenaire, comptes),
        "groupes": groupes,
        "refusees": CourrielSortant.objects.adresses_refusees([compte.email for compte in comptes]),
        "sans_gestionnaire": not groupes[1][1].actifs,
        "peut_creer": permissions.can_creer(request.user, Profil.TECHNICIEN),
    }
    return render(request, "accounts/comptes.html", contexte)


def echeance_techniciens(partenaire: Partenaire, comptes: list[Compte]) -> tuple[dt.date, bool] | None:
    """Return the day before whose end the techniciens were to be created, and whether it has passed (A-02).

    Counted from the mail that announced the first gestionnaire's account. None where the convention has no such
    delay, or once a technicien exists.
    """
    gestionnaires = [c.cree_le for c in comptes if peut(c, Droit.GERER_STRUCTURE)]
    if not gestionnaires or any(peut(c, Droit.DEPOSER_DEMANDES) for c in comptes):
        return None
    part = (
        partenaire.participations.en_vigueur()
        .filter(convention__delai_habilitation_techniciens_jours__isnull=False)
        .select_related("caisse", "convention")
        .order_by("pk")
        .first()
    )
    if part is None:
        return None
    annonce = horloge.jour(part.caisse.fuseau, min(gestionnaires))
    jour = part.caisse.jour_ouvre_apres(annonce, part.convention.delai_habilitation_techniciens_jours)
    return jour, part.caisse.jour > jour


@confirmer_identite
@require_POST
def rouvrir_structure(request: HttpRequest, siret: str) -> HttpResponse:
    """Reopen in one act what the end of the conventions closed (A-19)."""
    partenaire = get_object_or_404(Partenaire.objects.visibles_par(request.user), siret=siret)
    exiger(permissions.can_rouvrir_structure(request.user))
    rouverts, restants = rouvrir_apres_fin(partenaire, par=request.user)
    phrase = f"Comptes rouverts : {rouverts}. Un lien d’activation est envoyé à chaque personne."
    if restants:
        phrase += f" Laissés fermés faute de place : {restants}."
    messages.success(request, phrase)
    if permissions.can_gerer_structure(request.user):
        return redirect("comptes")
    return redirect("comptes-structure", siret)


@confirmer_identite
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Create a technicien (A-02, A-03), the seat meter being shown before the form (Q-04)."""
    exiger(permissions.can_creer(request.user, Profil.TECHNICIEN))
    formulaire = TechnicienForm(request.POST if request.method == "POST" else None, par=request.user)
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and tenter(formulaire, lambda: _creer(request, formulaire))
    ):
        messages.success(request, "Le compte est créé. Un lien d’activation est envoyé à la personne.")
        return redirect("comptes")
    contexte = {
        "form": formulaire,
        "places": places(request.user.partenaire, Profil.TECHNICIEN),
        "libelle": "Techniciens",
        "phrase": role(Profil.TECHNICIEN).phrase,
    }
    return render(request, "accounts/nouveau.html", contexte, status=422 if formulaire.errors else 200)


def _creer(request: HttpRequest, formulaire: TechnicienForm) -> Compte:
    donnees = dict(formulaire.cleaned_data)
    remplace = donnees.pop("remplace")
    if remplace is not None:
        return remplacer_technicien(remplace, par=request.user, **donnees)
    return creer_compte(
        profil=Profil.TECHNICIEN, partenaire=request.user.partenaire, par=request.user, **donnees
    )


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account and what the person may do with it."""
    return page_compte(request, charger(request, pk))


def page_compte(request: HttpRequest, compte: Compte, *, lie: Any = None, acte: str = "") -> HttpResponse:
    """Show an account; `lie` is the refused form of the act `acte`."""
    moi = request.user
    formulaires = {
        "inactiver": (
            permissions.can_inactiver,
            lambda: InactivationForm(prefix="inactiver", par=moi, cible=compte),
        ),
        "exclure": (
            permissions.can_exclure,
            lambda: ExclusionForm(prefix="exclure", par=moi, cible=compte),
        ),
    }
    offerts = {
        nom: lie if nom == acte else fabriquer()
        for nom, (permis, fabriquer) in formulaires.items()
        if permis(moi, compte)
    }
    if "exclure" in offerts and not offerts["exclure"].fields["caisse"].queryset:
        del offerts["exclure"]
    contexte = {
        "compte": compte,
        "form": lie,
        "formulaires": offerts,
        "peut_modifier": permissions.can_modifier(moi, compte),
        "libelle_modifier": "Modifier les coordonnées"
        if compte.cote_partenaire
        else "Modifier les coordonnées, caisses et pôles",
        "caisses": list(compte.caisses.order_by("nom")),
        "poles": list(compte.poles.order_by("libelle")),
        "peut_confier": permissions.can_confier(moi, compte),
        "peut_reactiver": permissions.can_reactiver(moi, compte),
        "peut_relancer": permissions.can_relancer(moi, compte),
        "peut_refaire_facteur": permissions.can_refaire_facteur(moi, compte),
        "certifications": [CERTIFICATIONS[c] for c in compte.certifications if c in CERTIFICATIONS],
        "exclusions": compte.exclusions.select_related("caisse").order_by("-prononcee_le"),
        "a_moi": set(moi.caisses.values_list("pk", flat=True)) if permissions.can_decider(moi) else set(),
        "liste": _liste_de(moi, compte),
        "contreseings": compte.contreseings.attendus() if permissions.can_suivre_contreseings(moi) else [],
        "historique": historique(compte),
        "refusee": bool(CourrielSortant.objects.adresses_refusees([compte.email])),
    }
    return render(request, "accounts/compte.html", contexte, status=422 if lie else 200)


def _liste_de(moi: Compte, compte: Compte) -> tuple[str, str] | None:
    """Return where the account is listed for `moi`: title and address."""
    if permissions.can_gerer_structure(moi):
        return "Comptes", reverse("comptes")
    if compte.partenaire and permissions.can_suivre_structures(moi):
        return f"Comptes {de(compte.partenaire.nom)}", reverse(
            "comptes-structure", args=[compte.partenaire.siret]
        )
    return None


def historique(compte: Compte) -> list[dict[str, Any]]:
    """Return what happened to the account, for the timeline."""
    points = [(compte.cree_le, "Compte créé", compte.cree_par), (compte.active_le, "Compte activé", None)]
    if compte.depart_annonce_le:
        points.append((compte.depart_annonce_le, f"Départ annoncé pour le {compte.depart_le:%d/%m/%Y}", None))
    if compte.inactive_le:
        points.append(
            (compte.inactive_le, f"Inactivé : {compte.get_inactivation_display()}", compte.inactive_par)
        )
    return [
        {"quand": quand, "titre": titre, "auteur": auteur.nom_complet if auteur else ""}
        for quand, titre, auteur in sorted((p for p in points if p[0]), key=lambda p: p[0], reverse=True)
    ]


@confirmer_identite
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the coordinates of an account (A-09), the caisses and pôles of a caisse's (A-20)."""
    compte = charger(request, pk)
    exiger(permissions.can_modifier(request.user, compte))
    saisi = request.POST if request.method == "POST" else None
    initial = {nom: getattr(compte, nom) for nom in COORDONNEES}
    formulaire = (
        CoordonneesForm(saisi, initial=initial)
        if compte.cote_partenaire
        else AgentModifieForm(saisi, initial=initial, cible=compte, par=request.user)
    )
    if (
        request.method == "POST"
        and formulaire.is_valid()
        and tenter(formulaire, lambda: modifier_compte(compte, par=request.user, **formulaire.cleaned_data))
    ):
        if _attend(compte):
            messages.warning(
                request,
                "C’est noté. Ce qui demande une confirmation, une adresse ou une caisse de plus, n’est pas encore changé.",
            )
        else:
            messages.success(request, "Les changements sont enregistrés.")
        return redirect("compte", pk)
    contexte = {"form": formulaire, "compte": compte}
    return render(request, "accounts/modifier.html", contexte, status=422 if formulaire.errors else 200)


@confirmer_identite
@require_POST
def fermer(request: HttpRequest, pk: int) -> HttpResponse:
    """Inactivate an account now (A-12, A-15, A-20); for a fraud, loss or theft both parties receive a dated proof."""
    compte = charger(request, pk)
    exiger(permissions.can_inactiver(request.user, compte))
    formulaire = InactivationForm(request.POST, prefix="inactiver", par=request.user, cible=compte)
    if not formulaire.is_valid():
        return page_compte(request, compte, lie=formulaire, acte="inactiver")
    motif = formulaire.cleaned_data["motif"]
    if motif != Compte.Inactivation.FRAUDE and not tenter(formulaire, lambda: verifier_remise(compte)):
        return page_compte(request, compte, lie=formulaire, acte="inactiver")
    if motif == Compte.Inactivation.FRAUDE:
        signaler(
            nature=SignalementSecurite.Nature.FRAUDE,
            faits="Inactivation immédiate depuis la page du compte.",
            par=request.user,
            compte=compte,
            inactivation=True,
        )
    elif peut(compte, Droit.GERER_STRUCTURE):
        # The last one waits for the successor.
        annoncer_depart(compte, depart_le=horloge.jour(fuseau(compte)), par=request.user)
    else:
        inactiver(compte, par=request.user, motif=motif)
    compte.refresh_from_db()
    if compte.statut == Compte.Statut.INACTIF:
        messages.success(
            request, f"Le compte de {compte.nom_complet} est inactif ; ses sessions sont fermées."
        )
        # Second step: what the person leaves is handed over at once.
        if permissions.can_confier(request.user, compte):
            for suite in filter(None, (dire(compte) for dire in crochets.apres_fermeture.values())):
                return redirect(suite)
    else:
        messages.warning(
            request, "Le départ est noté. Ce compte sera inactivé dès que son successeur aura activé le sien."
        )
    return redirect("compte", pk)


def _geste(
    permis: Callable[..., bool], faire: Callable[..., Any], fait: str, demande: str = ""
) -> Callable[..., HttpResponse]:
    """Make the view of an act without form: POST, predicate, sentence; `demande` when a second person confirms first."""

    @require_POST
    def vue(request: HttpRequest, pk: int) -> HttpResponse:
        compte = charger(request, pk)
        exiger(permis(request.user, compte))
        try:
            faire(request, compte)
        except ValidationError as refus:
            messages.error(request, " ".join(refus.messages))
        else:
            messages.success(request, demande if demande and _attend(compte) else fait)
        return redirect("compte", pk)

    return vue


def _attend(compte: Compte) -> bool:
    return compte.contreseings.attendus().exists()


def _relancer(request: HttpRequest, compte: Compte) -> None:
    envoyer_lien(compte, LienPersonnel.Usage.ACTIVATION)
    consigner(Acte.COMPTE_RELANCER, par=request.user, objet=compte)


rouvrir = confirmer_identite(
    _geste(
        permissions.can_reactiver,
        lambda request, compte: reactiver(compte, par=request.user),
        "Le compte attend son activation : un lien est envoyé à la personne.",
        "La réouverture est demandée : rien n’est ouvert avant qu’une seconde personne confirme.",
    )
)
relancer = confirmer_identite(
    _geste(
        permissions.can_relancer,
        _relancer,
        "Le lien d’activation est envoyé de nouveau.",
    )
)
refaire_facteur = confirmer_identite(
    _geste(
        permissions.can_refaire_facteur,
        lambda request, compte: facteurs.refaire_facteur(compte, par=request.user),
        "Un lien d’enregistrement est envoyé. La personne en est informée.",
        "L’adresse de ce compte est nouvelle : une seconde personne confirme d’abord.",
    )
)


@confirmer_identite
@require_POST
def ecarter(request: HttpRequest, pk: int) -> HttpResponse:
    """Exclude a user from one of the caisse's accesses (A-16)."""
    compte = charger(request, pk)
    exiger(permissions.can_exclure(request.user, compte))
    formulaire = ExclusionForm(request.POST, prefix="exclure", par=request.user, cible=compte)
    if not formulaire.is_valid() or not tenter(
        formulaire, lambda: exclure(compte, par=request.user, **formulaire.cleaned_data)
    ):
        return page_compte(request, compte, lie=formulaire, acte="exclure")
    messages.success(request, "L’accès est fermé pour cette caisse ; la structure en est informée.")
    return redirect("compte", pk)


@confirmer_identite
@require_POST
def lever(request: HttpRequest, pk: int, exclusion: int) -> HttpResponse:
    """Give the access back (A-16): only the caisse that closed it."""
    compte = charger(request, pk)
    exiger(permissions.can_decider(request.user))
    ligne = get_object_or_404(compte.exclusions.filter(caisse__in=request.user.caisses.all()), pk=exclusion)
    try:
        lever_exclusion(ligne, par=request.user)
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "L’exclusion est levée.")
    return redirect("compte", pk)
