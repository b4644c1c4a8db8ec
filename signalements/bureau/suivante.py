"""Which demande an agent treats next: urgent first, whoever has it (D-08)."""

from collections.abc import Iterator

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from accounts.models.compte import Compte
from signalements.bureau.filtres import FiltresForm
from signalements.models.demandes import Demande, DemandeQuerySet
from signalements.paniers import PANIERS, URGENCE, miennes_de
from signalements.workflow import Statut

# Where the account left the desk, in its session: basket, filters, demandes passed over since.
QUITTE = "bureau"
PASSEES_MAX = 50


def quitter(session: SessionBase, panier: str, filtres: str) -> None:
    """Remember the basket and the filters of the list that is shown; what was passed over is offered again."""
    quitte = {"panier": panier, "filtres": filtres, "passees": []}
    if session.get(QUITTE) != quitte:
        session[QUITTE] = quitte


def passer(session: SessionBase, reference: str) -> list[str]:
    """Return the demandes passed over since the list was left, this one included."""
    quitte = session.get(QUITTE, {})
    passees = list(dict.fromkeys([*quitte.get("passees", []), *filter(None, [reference])]))[-PASSEES_MAX:]
    session[QUITTE] = quitte | {"passees": passees}
    return passees


def prochaine(compte: Compte, session: SessionBase, apres: str) -> tuple[Demande | None, bool]:
    """Return the demande to treat after `apres`, and whether it stands outside the list that was left."""
    passees = passer(session, apres)
    quitte = session[QUITTE]
    visibles = Demande.objects.visibles_par(compte)
    liste = FiltresForm(QueryDict(quitte.get("filtres", "")), compte=compte)
    panier = PANIERS.get(quitte.get("panier", ""))
    restreinte = liste.filter(visibles)
    if panier:
        restreinte = panier.choisir(restreinte, compte)
    voulue = _premiere(restreinte.exclude(reference__in=passees), compte, liste)
    if voulue or not (panier or liste.poses):
        return voulue, False
    sans_filtre = FiltresForm(QueryDict(), compte=compte)
    return _premiere(visibles.exclude(reference__in=passees), compte, sans_filtre), True


def _premiere(demandes: DemandeQuerySet, compte: Compte, filtres: FiltresForm) -> Demande | None:
    return next((une for rang in _rangs(demandes, compte, filtres) if (une := rang.first())), None)


def _rangs(demandes: DemandeQuerySet, compte: Compte, filtres: FiltresForm) -> Iterator[DemandeQuerySet]:
    """One's urgent ones, those that nobody took, answers received, one's own, those to take (D-08)."""
    miennes = demandes.filter(miennes_de(compte), statut=Statut.EN_COURS)
    a_prendre = demandes.a_prendre()
    if filtres.miens and "pole" not in filtres.poses:
        a_prendre = a_prendre.filter(pole__in=filtres.miens)
    for rang in (
        miennes.filter(urgente=True),
        a_prendre.filter(urgente=True),
        miennes.filter(en_attente_le__isnull=False),
        miennes.filter(en_attente_le=None),
        a_prendre,
    ):
        yield filtres.ranger(rang, URGENCE)
