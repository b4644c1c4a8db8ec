"""The accounts of a structure, and one account: what its gestionnaire or its caisse may do."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions import acces, facteurs
from accounts.actions.comptes import creer_compte, modifier_compte, reactiver, rouvrir_apres_fin
from accounts.actions.departs import fermer_compte, remplacer_technicien
from accounts.actions.places import places
from accounts.actions.securite import exclure, lever_exclusion
from accounts.forms.comptes import (
    AgentModifieForm,
    CoordonneesForm,
    ExclusionForm,
    InactivationForm,
    TechnicienForm,
)
from accounts.journal import Acte
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.habilitations import Exclusion
from accounts.regles import CERTIFICATIONS
from accounts.views.actes import PageDeLAuteur, PageSurCompte
from conformite.journal import consigner
from conventions.models.partenaires import Partenaire
from socle import crochets, horloge
from socle.actes import LECTURE_ECRITURE, ActeDePage, PageDUnActe
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
    consigner(Acte.COMPTE_LIRE, par=request.user, objet=partenaire)
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


def _rouverts(nombres: tuple[int, int]) -> str:
    rouverts, restants = nombres
    phrase = f"Comptes rouverts : {rouverts}. Un lien d’activation est envoyé à chaque personne."
    return f"{phrase} Laissés fermés faute de place : {restants}." if restants else phrase


class _PageDeStructure(PageSurCompte):
    """Reopen in one act what the end of the conventions closed (A-19)."""

    actes = (
        ActeDePage.unique(
            "rouvrir", rouvrir_apres_fin, fait=_rouverts, permis=permissions.can_rouvrir_structure
        ),
    )

    def charger(self) -> Partenaire:
        return get_object_or_404(Partenaire.objects.visibles_par(self.compte), siret=self.cles["siret"])

    def structure(self, objet: Partenaire) -> Partenaire:
        return objet

    def comptes(self, objet: Partenaire) -> set[int | None]:
        return set()

    def afficher(
        self, objet: Partenaire, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        return page_structure(self.request, objet)

    def retour(self, acte: ActeDePage) -> str:
        if permissions.can_gerer_structure(self.compte):
            return reverse("comptes")
        return reverse("comptes-structure", args=[self.cles["siret"]])


rouvrir_structure = _PageDeStructure.vue()


def suite_de_la_fermeture(compte: Compte) -> str:
    """Return where what the person leaves is handed over; empty when nothing is left."""
    return next(filter(None, (dire(compte) for dire in crochets.apres_fermeture.values())), "")


def _creer(*, par: Compte, remplace: Compte | None, **donnees: Any) -> Compte:
    if remplace is not None:
        return remplacer_technicien(remplace, par=par, **donnees)
    return creer_compte(profil=Profil.TECHNICIEN, partenaire=par.partenaire, par=par, **donnees)


class _Nouveau(PageDeLAuteur):
    """Create a technicien (A-02, A-03), the seat meter being shown before the form (Q-04)."""

    actes = (
        ActeDePage.unique(
            *("creer", _creer, TechnicienForm),
            fait="Le compte est créé. Un lien d’activation est envoyé à la personne.",
            permis=lambda compte: permissions.can_creer(compte, Profil.TECHNICIEN),
        ),
    )
    gabarit = "accounts/nouveau.html"
    vers = ("comptes",)

    def charger(self) -> Compte:
        exiger(permissions.can_creer(self.compte, Profil.TECHNICIEN))
        return self.compte

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        return {"par": objet}

    def retour(self, acte: ActeDePage) -> str:
        """What the one who is replaced leaves is handed over at once (A-12)."""
        parti = self.form.cleaned_data.get("remplace") if self.form else None
        return (parti and suite_de_la_fermeture(parti)) or super().retour(acte)

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {
            "places": places(objet.partenaire, Profil.TECHNICIEN),
            "libelle": "Techniciens",
            "phrase": role(Profil.TECHNICIEN).phrase,
        }


nouveau = _Nouveau.vue(methodes=LECTURE_ECRITURE)


def _occupant(compte: Compte) -> bool:
    return compte.statut in STATUTS_OCCUPANTS


ACTES = (
    ActeDePage.unique(
        *("inactiver", fermer_compte, InactivationForm),
        seul=False,
        quand=_occupant,
        droit=permissions.can_inactiver,
    ),
    ActeDePage.unique(
        *("exclure", exclure, ExclusionForm),
        fait="L’accès est fermé pour cette caisse ; la structure en est informée.",
        seul=False,
        quand=_occupant,
        droit=permissions.can_exclure,
    ),
    ActeDePage.unique(
        *("reactiver", reactiver),
        fait="Le compte attend son activation : un lien est envoyé à la personne.",
        quand=lambda compte: compte.statut == Compte.Statut.INACTIF,
        droit=permissions.can_reactiver,
    ),
    ActeDePage.unique(
        *("relancer", acces.relancer),
        fait="Le lien d’activation est envoyé de nouveau.",
        quand=lambda compte: compte.statut == Compte.Statut.EN_ATTENTE,
        droit=permissions.can_relancer,
    ),
    ActeDePage.unique(
        *("refaire-facteur", facteurs.refaire_facteur),
        fait="Un lien d’enregistrement est envoyé. La personne en est informée.",
        quand=lambda compte: compte.is_active,
        droit=permissions.can_refaire_facteur,
    ),
)
# What is said instead when a second person confirms first.
ATTENDENT = {
    "reactiver": "La réouverture est demandée : rien n’est ouvert avant qu’une seconde personne confirme.",
    "refaire-facteur": "L’adresse de ce compte est nouvelle : une seconde personne confirme d’abord.",
}


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account and what the person may do with it."""
    page = _PageDeCompte(request, pk=pk)
    compte = page.charger()
    if request.user.cote_caisse:
        consigner(Acte.COMPTE_LIRE, par=request.user, objet=compte)
    return page.afficher(compte)


class _PageDeCompte(PageSurCompte):
    """The page of an account."""

    actes: Sequence[ActeDePage] = ACTES

    def charger(self) -> Compte:
        return charger(self.request, self.cles["pk"])

    def options(self, acte: ActeDePage, objet: Compte) -> dict[str, object]:
        avec = acte.verbe in ("inactiver", "exclure", "modifier")
        return {"par": self.compte, "cible": objet} if avec else {}

    def afficher(
        self, objet: Compte, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        moi = self.compte
        liste = self.offerts(objet, verbe, form)
        offerts = {acte.verbe: forme for acte, forme in liste}
        if "exclure" in offerts and not offerts["exclure"].fields["caisse"].queryset:
            del offerts["exclure"]
        contexte = {
            "compte": objet,
            "form": form if statut == 422 else None,
            "offerts": offerts,
            "peut_modifier": permissions.can_modifier(moi, objet) and _occupant(objet),
            "libelle_modifier": "Modifier les coordonnées"
            if objet.cote_partenaire
            else "Modifier les coordonnées, caisses et pôles",
            "caisses": list(objet.caisses.order_by("nom")),
            "poles": list(objet.poles.order_by("libelle")),
            "peut_confier": permissions.can_confier(moi, objet),
            "certifications": [CERTIFICATIONS[c] for c in objet.certifications if c in CERTIFICATIONS],
            "exclusions": objet.exclusions.select_related("caisse").order_by("-prononcee_le"),
            "a_moi": set(moi.caisses.values_list("pk", flat=True)) if permissions.can_decider(moi) else set(),
            "liste": _liste_de(moi, objet),
            "contreseings": objet.contreseings.attendus() if permissions.can_suivre_contreseings(moi) else [],
            "historique": historique(objet),
            "refusee": bool(CourrielSortant.objects.adresses_refusees([objet.email])),
            "texte_perdu": self.perdu(liste, verbe, form),
        }
        return render(self.request, "accounts/compte.html", contexte, status=statut)

    def annoncer(self, acte: ActeDePage) -> None:
        compte = self.charger()
        if acte.verbe == "inactiver" and compte.statut != Compte.Statut.INACTIF:
            dit = "Le départ est noté. Ce compte sera inactivé dès que son successeur aura activé le sien."
            messages.warning(self.request, dit)
        elif acte.verbe == "inactiver":
            dit = f"Le compte de {compte.nom_complet} est inactif ; ses sessions sont fermées."
            messages.success(self.request, dit)
        elif acte.verbe in ATTENDENT and compte.contreseings.attendus().exists():
            messages.success(self.request, ATTENDENT[acte.verbe])
        else:
            super().annoncer(acte)

    def retour(self, acte: ActeDePage) -> str:
        if acte.verbe == "inactiver":
            compte = self.charger()
            # Second step: what the person leaves is handed over at once.
            if compte.statut == Compte.Statut.INACTIF and permissions.can_confier(self.compte, compte):
                return suite_de_la_fermeture(compte) or reverse("compte", args=[compte.pk])
        return reverse("compte", args=[self.cles["pk"]])


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


fermer, ecarter, rouvrir, relancer, refaire_facteur = (_PageDeCompte.vue(acte.verbe) for acte in ACTES)


class _Modification(ActeDePage):
    """Its form is that of a structure’s account, or that of a caisse’s."""

    def former(self, objet: Compte, donnees: Any = None, fichiers: Any = None, **options: Any) -> Form:
        initial = {nom: getattr(objet, nom) for nom in COORDONNEES}
        if objet.cote_partenaire:
            return CoordonneesForm(donnees, initial=initial)
        return AgentModifieForm(donnees, initial=initial, **options)


def _montre(compte: Compte) -> object:
    """Return what the form of an account shows: changed meanwhile by another, the second one is told."""
    rattachements = [sorted(un.pk for un in relation.all()) for relation in (compte.caisses, compte.poles)]
    return [getattr(compte, nom) for nom in COORDONNEES], rattachements


class _PageModifier(PageDUnActe, _PageDeCompte):
    """Change the coordinates of an account (A-09), the caisses and pôles of a caisse's (A-20)."""

    actes = (
        _Modification.unique(
            *("modifier", modifier_compte),
            fait="Les changements sont enregistrés.",
            quand=_occupant,
            droit=permissions.can_modifier,
            vu=_montre,
        ),
    )
    gabarit = "accounts/modifier.html"

    def contexte(self, objet: Compte) -> dict[str, object]:
        return {"compte": objet}

    def annoncer(self, acte: ActeDePage) -> None:
        if not self.charger().contreseings.attendus().exists():
            super().annoncer(acte)
            return
        dit = "C’est noté. Ce qui demande une confirmation, une adresse ou une caisse de plus, n’est pas encore changé."
        messages.warning(self.request, dit)


modifier = _PageModifier.vue(methodes=LECTURE_ECRITURE)


class _PageDExclusion(PageSurCompte):
    """Give the access back (A-16): only the caisse that closed it."""

    actes = (
        ActeDePage.unique(
            *("lever", lever_exclusion),
            fait="L’exclusion est levée.",
            quand=lambda exclusion: exclusion.levee_le is None,
            permis=permissions.can_decider,
        ),
    )
    vers = ("compte", "pk")

    def charger(self) -> Exclusion:
        compte = charger(self.request, self.cles["pk"])
        exiger(permissions.can_decider(self.compte))
        siennes = compte.exclusions.filter(caisse__in=self.compte.caisses.all()).select_related("compte")
        return get_object_or_404(siennes, pk=self.cles["exclusion"])

    def structure(self, objet: Exclusion) -> Partenaire | None:
        return objet.compte.partenaire

    def comptes(self, objet: Exclusion) -> set[int | None]:
        return {objet.compte_id}

    def afficher(
        self, objet: Exclusion, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        return _PageDeCompte(self.request, pk=objet.compte_id).afficher(objet.compte, statut=statut)


lever = _PageDExclusion.vue()
