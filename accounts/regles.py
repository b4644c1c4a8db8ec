"""Pure rules of accounts on plain values: seats, ages of passwords, delays."""

import datetime as dt
from dataclasses import dataclass

from conformite.jours import plus_mois
from socle.ecriture import sans_accents
from socle.roles import Cote, role

# age of a password, in days.
AGE_MOT_DE_PASSE_PARTENAIRE = 365
AGE_MOT_DE_PASSE_CAISSE = 180
# a former password among these many last ones is refused.
MOTS_DE_PASSE_GARDES = 5
# life of the personal links.
DUREE_ACTIVATION = dt.timedelta(days=7)
DUREE_MOT_DE_PASSE = dt.timedelta(hours=1)
# C-03: how long a calendar reads the address that it was given.
DUREE_AGENDA = dt.timedelta(days=365)
# how long the browser that gave the password may take to record the one-time code.
DUREE_ENREGISTREMENT = dt.timedelta(hours=1)
# how long what was asked waits for its second person.
DUREE_CONTRESEING = dt.timedelta(days=7)
# how long the caisse is shown what a national opened alone.
DUREE_AVIS_SEUL = dt.timedelta(days=30)
# after a change of address, a lost factor takes two persons during this time.
DUREE_ADRESSE_NEUVE = dt.timedelta(days=7)
# « Se souvenir de ce poste »: the second factor only.
DUREE_POSTE = dt.timedelta(hours=12)
# a departure is announced this many days before.
JOURS_ANNONCE_DEPART = 15
# months between the inactivation and the deletion.
MOIS_AVANT_SUPPRESSION = 6
# an account without a sign-in for this long is listed.
MOIS_SANS_CONNEXION = 6
# months between two regular reviews, and days given for one.
MOIS_ENTRE_REVUES = 12
REVUE_JOURS = 30
# Notices before an end of access and a deletion, in days.
SEUILS_NOTICES = (30, 7)
# Sign-in: a delay grows from this many failures; the block (django-axes) comes at ten.
ECHECS_AVANT_DELAI = 5
DELAI_MAX_SECONDES = 15 * 60
# From this many failures of one network within this time, all identifiants together, each waits from its first failure.
ECHECS_PAR_ADRESSE = 100
# From this many failures on one identifiant within this time, all networks together, only a known post signs in.
ECHECS_PARTOUT = 50
# How long a post from which an account signed in has a count of its own.
DUREE_LIEU = dt.timedelta(days=90)
# The owner is told of blocked tries once in this time.
ENTRE_DEUX_AVIS = dt.timedelta(hours=12)
FENETRE_ECHECS = dt.timedelta(minutes=15)

# what the gestionnaire certifies for each technicien. All are needed.
CERTIFICATIONS = {
    "membre": "La personne est salariée, agent ou bénévole de la structure.",
    "equipement": "Elle travaille sur un équipement professionnel protégé par un antivirus.",
    "adresse": "Son adresse électronique est professionnelle, rattachée à la structure et hébergée en Europe.",
    "confidentialite": "Elle est tenue à la confidentialité et formée à la protection des données.",
}


# what the conditions of use say, and the words by which it is recognised (lower case, no accent).
MENTIONS_CGU = {
    "l’usage est professionnel": "profession",
    "depuis le territoire européen": "europeen",
    "le portail est gratuit": "gratuit",
    "le portail est facultatif": "facultati",
    "ne pas l’utiliser est sans effet sur le partenariat": "partenariat",
    "ni sur les assurés": "assure",
}


def mentions_manquantes(texte: str) -> list[str]:
    """Return what the conditions of use should say and do not (A-18)."""
    brut = sans_accents(texte)
    return [mention for mention, mot in MENTIONS_CGU.items() if mot not in brut]


def domaine(adresse: str) -> str:
    """Return the domain of a mail address, in lower case."""
    return adresse.rpartition("@")[2].strip().lower()


def boite(adresse: str) -> tuple[str, str]:
    """Return the name and the domain of the mail box where an address is read: case and sub-address folded."""
    nom = adresse.rpartition("@")[0].strip().lower()
    return nom.partition("+")[0] or nom, domaine(adresse)


def adresse_de_la_structure(adresse: str, domaines: list[str]) -> bool:
    """Return whether the address belongs to a mail domain of the structure, or to a sub-domain (A-03)."""
    d = domaine(adresse)
    return any(d == permis.lower() or d.endswith("." + permis.lower()) for permis in domaines)


def age_mot_de_passe(profil: str) -> int:
    """Return the age at which a password must be changed, in days (A-06)."""
    return AGE_MOT_DE_PASSE_PARTENAIRE if role(profil).cote == Cote.PARTENAIRE else AGE_MOT_DE_PASSE_CAISSE


def mot_de_passe_expire(profil: str, change_le: dt.datetime | None, a: dt.datetime) -> bool:
    """Return whether the password must be changed at the instant `a` (A-06)."""
    return change_le is None or a - change_le >= dt.timedelta(days=age_mot_de_passe(profil))


def jour_suppression(jour_inactivation: dt.date) -> dt.date:
    """Return the last day on which an inactivated account is kept (A-14, T-02, T-06)."""
    return plus_mois(jour_inactivation, MOIS_AVANT_SUPPRESSION)


def annonce_tardive(annonce: dt.date, depart: dt.date) -> bool:
    """Return whether a departure was announced less than 15 days before the wanted date (A-10)."""
    return (depart - annonce).days < JOURS_ANNONCE_DEPART


def delai_apres_echecs(echecs: int) -> int:
    """Return how many seconds the next sign-in must wait after `echecs` failures in a row."""
    if echecs < ECHECS_AVANT_DELAI:
        return 0
    # The exponent is bounded too: a flood would make a number of a thousand digits.
    return min(DELAI_MAX_SECONDES, 1 << min(echecs - ECHECS_AVANT_DELAI + 1, 20))


@dataclass(frozen=True)
class Places:
    """The seats of one profile in a structure (Q-01 to Q-07)."""

    droits: int
    actifs: int
    en_attente: int
    inactifs: int = 0
    releves: int = 0

    @property
    def occupees(self) -> int:
        """Seats held: active and waiting accounts (Q-04), a relève not beside its predecessor (Q-07)."""
        return self.actifs + self.en_attente - self.releves

    @property
    def libres(self) -> int:
        """Seats left, never negative."""
        return max(0, self.droits - self.occupees)

    @property
    def depassement(self) -> int:
        """How many accounts are over the quota (Q-05)."""
        return max(0, self.occupees - self.droits)
