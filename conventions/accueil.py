"""Cards of the home page: what awaits an administrateur, what a gestionnaire should know."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from conventions import bilans, regles
from conventions.models.conventions import Convention, FinCause, Participation
from conventions.models.suites import Annonce, MiseEnDemeure
from socle import crochets
from socle.crochets import Carte
from socle.roles import Droit, peut
from socle.templatetags.portail import le

# How long a structure is still told, on its home page, that a caisse ended its part.
JOURS_APRES_LA_FIN = 30


@crochets.accueil.inscrire("conventions")
def cartes(compte: Any) -> list[Carte]:
    """Return the cards of `compte`, those with nothing to do left out."""
    if peut(compte, Droit.CONDUIRE_CONVENTIONS):
        return _administrateur(compte)
    if compte.cote_partenaire:
        return _partenaire(compte)
    return []


def _administrateur(compte: Any) -> list[Carte]:
    liste = reverse("conventions")
    nombres = Convention.objects.visibles_par(compte).aggregate(
        brouillons=Count("pk", filter=Q(statut=Convention.Statut.BROUILLON), distinct=True),
        a_signer=Count("pk", filter=Q(statut=Convention.Statut.A_SIGNER), distinct=True),
    )
    mises = MiseEnDemeure.objects.filter(
        close_le=None, participation__caisse__in=compte.caisses.all()
    ).count()
    proches = len(_proches(compte))
    annonces = Annonce.objects.filter(close_le=None, caisse__in=compte.caisses.all())
    premiere = annonces.order_by("faite_le", "pk").values_list("convention__reference", flat=True).first()
    possibles = [
        Carte("Annonces de structures", "Des structures annoncent une lettre ou demandent un changement.", reverse("convention", args=[premiere]) if premiere else liste, annonces.count(), "info", 12, un="Annonce d’une structure"),
        Carte("Conventions à signer", "Des signatures sont attendues.", f"{liste}?onglet=a-faire", nombres["a_signer"], "info", 10, un="Convention à signer"),
        Carte("Mises en demeure en cours", "Un délai court : à suivre de près.", f"{liste}?alerte=mise-en-demeure", mises, "avertissement", 15, un="Mise en demeure en cours"),
        Carte("Échéances des trois mois", "Reconductions et fins à venir.", f"{liste}?sous=90", proches, "info", 20),
        Carte("Brouillons", "Conventions en cours de rédaction.", f"{liste}?onglet=a-faire", nombres["brouillons"], "neutre", 30, un="Brouillon"),
    ]  # fmt: skip
    return [carte for carte in possibles if carte.compte] + _bilans(
        Participation.objects.donnant(Droit.CONDUIRE_CONVENTIONS, compte)
    )


def _bilans(parts: Any) -> list[Carte]:
    """Return one card for the years that are over without their bilan, which opens the first (C-11)."""
    dus = []
    conventions = Convention.objects.filter(pk__in=parts.values("convention"))
    for convention in conventions.prefetch_related("participations__caisse", "bilans").order_by("pk"):
        jour = max(part.caisse.jour for part in convention.participations.all())
        if annee := bilans.en_souffrance(convention, jour):
            dus.append(reverse("bilan", args=[convention.reference, annee.rang]))
    if not dus:
        return []
    texte = "Une année de convention est finie : chaque partie écrit sa part du bilan."
    return [
        Carte("Bilans annuels à établir", texte, dus[0], len(dus), "info", 25, un="Bilan annuel à établir")
    ]


def _proches(compte: Any) -> list[Participation]:
    """Return the caisses' parts whose next échéance or end is within three months."""
    parts = Participation.objects.donnant(Droit.CONDUIRE_CONVENTIONS, compte).select_related(
        "convention", "caisse"
    )
    proches = []
    for part in parts:
        jour = part.caisse.jour
        date = part.prochaine_echeance(jour)
        if date and regles.seuil_de_rappel(jour, date) is not None:
            proches.append(part)
    return proches


def _partenaire(compte: Any) -> list[Carte]:
    """Return one card per convention that ends, or that ended lately: nobody discovers it on the day."""
    parts = (
        Participation.objects.au_jour()
        .filter(
            Q(fin__isnull=False) | Q(utilisation_fin__isnull=False) | Q(suspendue_le__isnull=False),
            partenaire=compte.partenaire_id,
            debut__isnull=False,
        )
        .exclude(fin_cause=FinCause.REMPLACEMENT)
        .select_related("convention", "caisse")
        .order_by("fin", "pk")
    )
    fins = [carte for part in parts if (carte := _carte(part)) is not None]
    if not peut(compte, Droit.GERER_STRUCTURE):
        return fins
    return fins + _bilans(Participation.objects.donnant(Droit.GERER_STRUCTURE, compte))


def _carte(part: Participation) -> Carte | None:
    """Return what a structure should know of a caisse's part, with the reason that was written (C-05, A-16)."""
    page = reverse("convention", args=[part.convention.reference])
    motif = part.suspension_raison or part.fin_raison
    suite = f" Raison écrite par la caisse : {motif}" if motif else ""
    if part.suspendue_le is not None:
        texte = f"L’accès au portail pour cette caisse est suspendu.{suite}"
        return Carte(f"Accès suspendu par {le(part.caisse)}", texte, page, None, "erreur", 5)
    fin, jour = part.acces_fin, part.caisse.jour
    if fin is None or fin < jour - dt.timedelta(days=JOURS_APRES_LA_FIN):
        return None
    verbe = "cesse" if fin > jour else "a cessé"
    texte = f"L’accès au portail pour cette caisse {verbe} le {fin:%d/%m/%Y}.{suite}"
    return Carte(f"Fin de la convention avec {le(part.caisse)}", texte, page, None, "avertissement", 5)
