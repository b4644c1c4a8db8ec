"""What the machine does when nobody remembers (A-10, A-13, A-14, A-06): each run finds what is due.

Safe to kill at any line and to run twice: each account, batch of a structure or notice is one transaction, and leaves
nothing to do.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.actions.comptes import fermer
from accounts.actions.departs import executer_depart
from accounts.actions.places import verrouiller
from accounts.models.acces import LienPersonnel
from accounts.models.compte import STATUTS_OCCUPANTS, Compte
from accounts.models.facteurs import PosteConnu
from accounts.models.habilitations import NoticeCompte
from accounts.models.sessions import SessionPortail
from accounts.regles import SEUILS_NOTICES, age_mot_de_passe
from conformite.jours import premier_jour_vivant
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle import crochets, horloge
from socle.acteurs import MACHINE
from socle.certain import certain
from socle.courriels import deposer_courriel
from socle.models import CourrielSortant
from socle.profils import Profil

LOT = 500
# Accounts closed in one transaction: their structure is locked meanwhile.
LOT_FERMETURE = 100


def executer_departs() -> int:
    """Inactivate the accounts whose announced day has come (A-10); return how many."""
    # The earliest day anywhere is enough to choose: each account is then judged in its own zone.
    demain = horloge.jour(settings.TIME_ZONE) + dt.timedelta(days=1)
    dus = Compte.objects.a_inactiver(demain).order_by("pk")
    return sum(executer_depart(compte) for compte in dus)


def structures_sans_portail(a: dt.datetime | None = None) -> QuerySet[Partenaire]:
    """Return the structures with open accounts whose last convention that opened the portal has ended (A-13).

    A suspended structure keeps its accounts (A-16); so does one in its closing period (C-16). A structure whose
    access never began is not concerned.
    """
    participations = Participation.objects.au_jour(a)
    tenues = Participation.objects.en_vigueur(a).filter(
        Q(utilisation_fin=None) | Q(utilisation_fin__gt=F("jour")), utilisation_debut__lte=F("jour")
    )
    finies = participations.filter(Q(fin__lte=F("jour")) | Q(utilisation_fin__lte=F("jour")))
    return (
        Partenaire.objects.filter(pk__in=finies.values("partenaire"))
        .filter(pk__in=Compte.objects.filter(statut__in=STATUTS_OCCUPANTS).values("partenaire"))
        .exclude(pk__in=tenues.values("partenaire"))
        .exclude(pk__in=Participation.objects.en_bonne_fin(a).values("partenaire"))
    )


def inactiver_fins_de_convention() -> int:
    """Inactivate all the accounts of the structures whose last convention ended (A-13); return how many."""
    total = 0
    for structure in structures_sans_portail().order_by("pk"):
        fermes = LOT_FERMETURE
        while fermes == LOT_FERMETURE:
            fermes = _inactiver_un_lot(structure)
            total += fermes
    return total


@transaction.atomic
def _inactiver_un_lot(structure: Partenaire) -> int:
    """Check again under the lock of the structure: a convention signed meanwhile keeps the accounts."""
    verrouiller(structure)
    if not structures_sans_portail().filter(pk=structure.pk).exists():
        return 0
    occupants = Compte.objects.filter(partenaire=structure, statut__in=STATUTS_OCCUPANTS)
    lot = list(occupants.select_for_update(of=("self",)).order_by("pk")[:LOT_FERMETURE])
    if lot:
        fermer(lot, par=MACHINE, cause=Compte.Inactivation.FIN_CONVENTION)
    return len(lot)


# --- Notices


def envoyer_notices() -> dict[str, int]:
    """Send the notices whose threshold has come, once each (A-13, A-14, A-06); return the counts by kind."""
    jour = horloge.jour(settings.TIME_ZONE)
    return {
        "fins_d_acces": _notifier(_fins_d_acces(jour), NoticeCompte.Nature.FIN_ACCES, "fin_acces", jour),
        "suppressions": _notifier(_suppressions(jour), NoticeCompte.Nature.SUPPRESSION, "suppression", jour),
        "mots_de_passe": _notifier(
            _mots_de_passe(jour), NoticeCompte.Nature.MOT_DE_PASSE, "mot_de_passe_ancien", jour
        ),
    }


def seuil_atteint(jour: dt.date, date: dt.date) -> int | None:
    """Return the closest threshold reached before `date`, None when it is too early or too late."""
    reste = (date - jour).days
    atteints = [seuil for seuil in SEUILS_NOTICES if 0 <= reste <= seuil]
    return min(atteints, default=None)


def _notifier(prevus: Iterable[tuple[Compte, dt.date]], nature: str, gabarit: str, jour: dt.date) -> int:
    return sum(_une_notice(compte, nature, gabarit, date, seuil) for compte, date in prevus
               if (seuil := seuil_atteint(jour, date)) is not None)  # fmt: skip


@transaction.atomic
def _une_notice(compte: Compte, nature: str, gabarit: str, date: dt.date, seuil: int) -> bool:
    """Write the notice and its mail together; a former run, or a twin, that wrote it leaves nothing to do."""
    _, nouvelle = NoticeCompte.objects.get_or_create(
        compte=compte,
        nature=nature,
        seuil_jours=seuil,
        date=date,
        defaults={"envoyee_le": horloge.maintenant()},
    )
    if nouvelle and compte.email:
        contexte = {"prenom": compte.prenom, "identifiant": compte.identifiant, "date": date}
        deposer_courriel(compte.email, f"accounts/{gabarit}", contexte)
    return nouvelle


def _fins_d_acces(jour: dt.date) -> Iterable[tuple[Compte, dt.date]]:
    """Give the accounts of the structures whose last access has a known end, with its first day without portal."""
    horizon = jour + dt.timedelta(days=max(SEUILS_NOTICES))
    ouvertes = Participation.objects.ouvrant_le_portail().select_related("partenaire")
    candidates = ouvertes.filter(Q(fin__lte=horizon) | Q(utilisation_fin__lte=horizon)).values("partenaire")
    fins: dict[int, list[dt.date | None]] = {}
    for part in ouvertes.filter(partenaire__in=candidates):
        fins.setdefault(part.partenaire_id, []).append(part.acces_fin)
    connues = {pk: [jour for jour in jours if jour is not None] for pk, jours in fins.items()}
    derniers = {pk: max(jours) for pk, jours in connues.items() if len(jours) == len(fins[pk])}
    comptes = Compte.objects.actifs().filter(partenaire__in=derniers).order_by("pk")
    for compte in comptes.iterator(chunk_size=LOT):
        yield compte, derniers[certain(compte.partenaire_id)]


def _suppressions(jour: dt.date) -> Iterable[tuple[Compte, dt.date]]:
    """Give the inactive accounts near the end of their six months; none of a suspended structure (A-16)."""
    horizon = jour + dt.timedelta(days=max(SEUILS_NOTICES))
    proches = Compte.objects.filter(
        statut=Compte.Statut.INACTIF, suppression_le__range=(jour, horizon)
    ).exclude(partenaire__in=_structures_suspendues())
    for compte in proches.order_by("pk").iterator(chunk_size=LOT):
        yield compte, certain(compte.suppression_le)


def _mots_de_passe(jour: dt.date) -> Iterable[tuple[Compte, dt.date]]:
    """Give the active accounts whose password is soon too old, by profile."""
    for profil in Profil:
        age = dt.timedelta(days=age_mot_de_passe(profil))
        avant = horloge.maintenant() - age + dt.timedelta(days=max(SEUILS_NOTICES))
        anciens = Compte.objects.actifs().filter(profil=profil, mot_de_passe_change_le__lte=avant)
        for compte in anciens.order_by("pk").iterator(chunk_size=LOT):
            yield compte, horloge.jour(settings.TIME_ZONE, certain(compte.mot_de_passe_change_le) + age)


# --- Sweeping and deletion


def balayer() -> int:
    """Delete what serves no more: expired sessions (real time), posts, links; return how many rows."""
    maintenant = horloge.maintenant()
    perimes: list[QuerySet] = [
        SessionPortail.objects.filter(expire_date__lt=horloge.temps_reel()),
        PosteConnu.objects.filter(expire_le__lt=maintenant),
        LienPersonnel.objects.filter(
            Q(expire_le__lt=maintenant) | Q(consomme_le__lt=maintenant - dt.timedelta(days=30))
        ),
    ]
    return sum(lot.delete()[0] for lot in perimes)


def comptes_a_effacer(a: dt.datetime) -> QuerySet[Compte]:
    """A-14: inactive accounts whose six months are over everywhere at `a`; none of a suspended structure (A-16)."""
    limite = min(premier_jour_vivant(), horloge.jour(settings.TIME_ZONE, a))
    return Compte.objects.a_supprimer(limite).exclude(partenaire__in=_structures_suspendues(a))


def _structures_suspendues(a: dt.datetime | None = None) -> QuerySet:
    """A-16: the structures of which no account is erased, nor announced to be."""
    suspendues = Participation.objects.en_vigueur(a).filter(suspendue_le__isnull=False)
    return suspendues.values("partenaire")


# What belongs to an account and goes with it, by the name of the relation.
EFFACES = (
    "appareiltotp",
    "webauthncredential",
    "codes_secours",
    "contreseings",
    "postes",
    "liens",
    "oublis",
    "sessions",
    "mots_de_passe_anciens",
    "notices",
    "exclusions",
    "demandes",
    "signalements_securite",
)


def effacer_comptes(lot: QuerySet[Compte]) -> dict[str, int]:
    """Erase the personal data of accounts (A-14): the row stays under a pseudonym, so that past acts keep an author."""
    cles = list(lot.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    adresses = list(Compte.objects.filter(pk__in=cles).values_list("email", flat=True))
    # What still waits leaves first: nothing more is written to them.
    partis = Q(envoye_le__isnull=False) | Q(abandonne_le__isnull=False)
    effaces = CourrielSortant.objects.filter(partis, destinataire__in=adresses).delete()[0]
    for taire in crochets.effacement.values():
        taire(cles)
    relations: list[Any] = [Compte._meta.get_field(nom) for nom in EFFACES]
    for relation in relations:
        lignes = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": cles})
        effaces += lignes.delete()[0]
    for appartenance in (Compte.caisses.through, Compte.poles.through):
        appartenance.objects.filter(compte__in=cles).delete()
    comptes = Compte.objects.filter(pk__in=cles).update(
        statut=Compte.Statut.SUPPRIME,
        nom="supprimé",
        prenom="Compte",
        identifiant=Concat(Value("supprime-"), Cast("pk", CharField())),
        civilite="",
        fonction="",
        telephone="",
        email="",
        certifications=[],
        depart_le=None,
        depart_annonce_le=None,
        depart_annonce_par=None,
        derniere_connexion_le=None,
        password=make_password(None),
    )
    return {"comptes": comptes, "lignes_liees": effaces}
