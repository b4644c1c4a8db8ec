"""What the nightly job does with demandes when nobody acts: remind, close, prolong, warn (D-15, D-20).

Each demande is one transaction on a locked row; what is due is selected by its dates, so a missed night catches up,
two jobs at once have one effect, and a killed one starts again where it was.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce

from conformite import freins
from conformite.journal import consigner
from conventions.models.conventions import JourDeLaCaisse
from signalements import notifications
from signalements.actions import ecritures, instruction
from signalements.conservation import appliquer_a_l_existant
from signalements.journal import Acte
from signalements.models.demandes import Demande, DemandeQuerySet
from signalements.models.preferences import Preferences
from signalements.paniers import PANIERS, compter
from signalements.regles import (
    JOURS_PROLONGATION,
    JOURS_QUESTION,
    PREAVIS_JOURS,
)
from signalements.workflow import OUVERTS, Statut
from socle import horloge
from socle.acteurs import MACHINE

# Up to so many closings or prolongations of a caisse in one run, or this part of what it could touch, the job does not ask.
CLOTURES_MIN, CLOTURES_PART = 10, 0.5


def faire_ce_qui_est_du() -> dict[str, int]:
    """Do all that is due now; return how many of each."""
    changes = appliquer_a_l_existant()
    with _freinees("", *_a_clore()) as freinees:
        closes = _pour_chacune(_lues().exclude(caisse__in=freinees), _clore_lue)
        relances = _pour_chacune(_en_attente(), partial(_relancer, freinees=freinees))
    with _freinees(":prolonger", *_a_prolonger()) as retenues:
        prolongees = _pour_chacune(_ouvertes_au_terme().exclude(caisse__in=retenues), _prolonger)
    return {
        "termes_changes": changes,
        "closes": closes,
        "relances": relances,
        "freins": len(freinees) + len(retenues),
        "prolongees": prolongees,
        "avertissements": _avertir(),
    }


def _pour_chacune(dues: DemandeQuerySet, faire: Callable[[Demande], bool]) -> int:
    """Lock each row that is still due and treat it, one transaction each."""
    faites = 0
    for cle in list(dues.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            demande = (
                dues.select_related("caisse", "technicien", "agent", "motif")
                .select_for_update(of=("self",), skip_locked=True)
                .filter(pk=cle)
                .first()
            )
            if demande is not None:
                faites += faire(demande)
    return faites


def _par_caisse(demandes: DemandeQuerySet) -> Counter[int]:
    return Counter(dict(demandes.order_by().values_list("caisse").annotate(Count("pk"))))


def _a_clore() -> tuple[Counter[int], Counter[int]]:
    """Return by caisse what would be closed, and what waits for its structures."""
    dues = _par_caisse(_lues())
    dues.update(un.caisse_id for un in _en_attente().select_related("caisse") if _sans_reponse(un))
    return dues, _par_caisse(Demande.objects.filter(statut__in=(Statut.EN_ATTENTE, Statut.TRAITEE)))


def _a_prolonger() -> tuple[Counter[int], Counter[int]]:
    """Return by caisse what would be kept longer than was told, and what is open."""
    return _par_caisse(_ouvertes_au_terme()), _par_caisse(Demande.objects.filter(statut__in=OUVERTS))


@contextmanager
def _freinees(travail: str, dues: Counter[int], totaux: Counter[int]) -> Iterator[set[int]]:
    """Give the caisses of which a job would do too much at once for good: a clock that is wrong, a mistake.

    Each is judged alone, out of what the job may ever touch; a DPO releases it, for one run.
    """
    maintenant, freinees, liberes = horloge.maintenant(), set(), []
    for caisse, total in totaux.items():
        volumes = (dues[caisse], total)
        accord = freins.juger(
            f"{Demande._meta.label_lower}:{caisse}{travail}",
            lambda volumes=volumes: volumes,
            maintenant,
            plancher=CLOTURES_MIN,
            part=CLOTURES_PART,
        )
        if accord is None:
            freinees.add(caisse)
        elif accord.frein is not None:
            liberes.append(accord.frein)
    yield freinees
    for frein in liberes:
        freins.clore(frein, maintenant)


def _sans_reponse(demande: Demande) -> bool:
    return _jours_attendus(demande) >= demande.caisse.sans_reponse_jours


def _jours_attendus(demande: Demande) -> int:
    caisse = demande.caisse
    return caisse.jours_ouvres_entre(horloge.jour(caisse.fuseau, demande.en_attente_le), caisse.jour)


def _au_jour() -> DemandeQuerySet:
    return Demande.objects.alias(jour=JourDeLaCaisse())


def _lues() -> DemandeQuerySet:
    """Answered, read by the structure 15 days ago or more (D-20)."""
    limite = horloge.maintenant() - dt.timedelta(days=JOURS_QUESTION)
    return Demande.objects.filter(statut=Statut.TRAITEE, lue_le__lte=limite)


def _clore_lue(demande: Demande) -> bool:
    instruction.cloturer(demande, par=MACHINE)
    return True


def _en_attente() -> DemandeQuerySet:
    return Demande.objects.filter(statut=Statut.EN_ATTENTE)


def _relancer(demande: Demande, freinees: set[int]) -> bool:
    """Remind twice, then close without answer, after the working days that the caisse chose (D-20)."""
    caisse = demande.caisse
    if _sans_reponse(demande):
        if caisse.pk in freinees:
            return False
        instruction.clore_sans_reponse(demande)
        return True
    attendus = _jours_attendus(demande)
    dues = sum(attendus >= seuil for seuil in (caisse.premiere_relance_jours, caisse.seconde_relance_jours))
    if dues <= demande.relances:
        return False
    Demande.objects.filter(pk=demande.pk).update(relances=dues)
    notifications.complement_rappele(demande)
    return True


def _ouvertes_au_terme() -> DemandeQuerySet:
    return _au_jour().filter(statut__in=OUVERTS, terme_le__lt=F("jour"))


def _prolonger(demande: Demande) -> bool:
    """Still open at its term: never destroyed unread, 15 days more, flagged (D-15)."""
    ecritures.deplacer_terme(demande, demande.caisse.jour + dt.timedelta(days=JOURS_PROLONGATION))
    Demande.objects.filter(pk=demande.pk).update(prolongations=F("prolongations") + 1)
    consigner(Acte.DEMANDE_PROLONGER, objet=demande)
    return True


def _lundi() -> dt.date:
    jour = horloge.jour(settings.TIME_ZONE)
    return jour - dt.timedelta(days=jour.weekday())


def _bientot_au_terme(lundi: dt.date) -> DemandeQuerySet:
    """Sent, and a threshold before the term is reached before the next list, that was not told yet."""
    seuil = Q()
    for jours in PREAVIS_JOURS:
        # The next list leaves in seven days: nobody is told later than the threshold says.
        seuil |= Q(terme_le__lte=lundi + dt.timedelta(days=jours + 6), dernier_rappel__gt=jours)
    return (
        _au_jour()
        .alias(dernier_rappel=Coalesce("notice_jours", Value(999)))
        .exclude(statut=Statut.BROUILLON)
        .filter(seuil, terme_le__gte=F("jour"))
    )


@transaction.atomic
def _avertir() -> int:
    """Tell each reader, in one list a week, what is about to go (D-15); return how many demandes were told.

    A list that did not leave on Monday leaves at the first run after it; two jobs at once send one.
    """
    lundi = _lundi()
    dues = list(
        _bientot_au_terme(lundi)
        .select_related("caisse", "technicien", "agent", "partenaire")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("terme_le", "pk")
    )
    if not dues or notifications.liste_deja_partie(lundi):
        return 0
    for demande in dues:
        restants = (demande.terme_le - lundi).days
        demande.notice_jours = min(jours for jours in PREAVIS_JOURS if restants <= jours + 6)
    Demande.objects.bulk_update(dues, ["notice_jours"])
    notifications.termes_proches(dues)
    return len(dues)


# What the mail of the morning counts.
RESUME = ("urgentes", "en-retard", "mes-reponses", "les-miennes", "a-prendre", "bientot-au-terme")


def envoyer_les_resumes() -> int:
    """Send the mail of the morning to those who asked for it, once a day: what awaits, and the news kept for it."""
    jour, envoyes = horloge.jour(settings.TIME_ZONE), 0
    cles = Preferences.objects.a_resumer(jour).order_by("pk").values_list("pk", flat=True)
    for cle in list(cles):
        with transaction.atomic():
            dus = Preferences.objects.a_resumer(jour).select_related("compte")
            choix = dus.select_for_update(of=("self",), skip_locked=True).filter(pk=cle).first()
            envoyes += choix is not None and _resumer(choix, jour)
    return envoyes


def _resumer(choix: Preferences, jour: dt.date) -> bool:
    """Write the mail of one account, and until when its news were told; nothing when there is nothing to say."""
    compte, lignes, nouvelles = choix.compte, [], []
    if choix.resume:
        choix.resume_le = jour
        comptes = {
            panier.code: nombre for panier, nombre in compter(Demande.objects.visibles_par(compte), compte)
        }
        lignes = [(PANIERS[code].titre, comptes[code]) for code in RESUME if comptes[code]]
    if choix.nouvelles_dues(jour):
        nouvelles = notifications.nouvelles_gardees(compte)
        choix.nouvelles_le = jour
    choix.save(update_fields=["resume_le", "nouvelles_le"])
    if lignes or nouvelles:
        notifications.resume_du_matin(compte, lignes, nouvelles)
    return bool(lignes or nouvelles)
