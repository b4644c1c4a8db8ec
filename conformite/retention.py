"""What becomes of the rows of the floor: journal, jobs, ledger, mails, and the tables of Django's apps."""

import datetime as dt
from functools import partial

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model, Q, QuerySet

from conformite.declarations import Conservation, ParExecution, Permanente, declarer
from conformite.models.travaux import Execution, FreinPurge, Gel
from socle import horloge
from socle.models import CourrielSortant, EnvoiRecu, Passage

_UN_AN = dt.timedelta(days=365)
_UN_JOUR = dt.timedelta(days=1)
_TRIMESTRE = dt.timedelta(days=90)
_MOIS = dt.timedelta(days=30)


def _courriels(a: dt.datetime) -> QuerySet:
    return CourrielSortant.objects.filter(
        Q(envoye_le__lt=a - _TRIMESTRE) | Q(abandonne_le__lt=a - _TRIMESTRE)
    )


def _executions(a: dt.datetime) -> QuerySet:
    return Execution.objects.filter(fin__lt=min(a, horloge.temps_reel()) - _TRIMESTRE)


def _freins(a: dt.datetime) -> QuerySet:
    return FreinPurge.objects.filter(clos_le__lt=a - _UN_AN)


def _gels(a: dt.datetime) -> QuerySet:
    return Gel.objects.filter(Q(leve_le__lt=a - _UN_AN) | Q(leve_le=None, jusqu_a__lt=a - _UN_AN))


def _essais(modele: type[Model], a: dt.datetime) -> QuerySet:
    return modele._default_manager.filter(attempt_time__lt=min(a, horloge.temps_reel()) - _MOIS)


declarer(
    "conformite.lignejournal",
    ParExecution(
        categorie="Journal",
        duree="12 mois",
        depart="jour de la ligne",
        disparition="retrait d’un jour scellé entier, sans rompre la preuve des autres",
    ),
)
declarer("conformite.sceaujournal", Permanente("Preuve du journal : empreintes, sans donnée personnelle"))
declarer("conformite.purgejournal", Permanente("Preuve du journal : jours retirés, sans donnée personnelle"))
declarer(
    "conformite.lotdetruit",
    Permanente("Livre des destructions : références seules, rejoué après une restauration"),
)
declarer("conformite.temoindescles", Permanente("Empreinte du dossier de clés, sans donnée personnelle"))
declarer(
    "conformite.execution",
    Conservation(
        categorie="Exécutions automatiques",
        duree="90 jours",
        depart="fin de l’exécution",
        disparition="suppression",
        dus=_executions,
        frein=False,
    ),
)
declarer(
    "conformite.freinpurge",
    Conservation(
        categorie="Purges arrêtées pour un volume anormal",
        duree="12 mois",
        depart="libération de la purge",
        disparition="suppression",
        dus=_freins,
        frein=False,
    ),
)
declarer(
    "conformite.gel",
    Conservation(
        categorie="Gels (suppressions suspendues)",
        duree="12 mois",
        depart="fin de la suspension",
        disparition="suppression",
        dus=_gels,
        frein=False,
    ),
)
declarer(
    "espace_partenaires.courrielsortant",
    Conservation(
        categorie="Courriels envoyés",
        duree="90 jours",
        depart="envoi, ou abandon après refus de l’adresse",
        disparition="suppression du courriel et de son texte",
        dus=_courriels,
    ),
)
declarer(
    "espace_partenaires.passage",
    Conservation(
        categorie="Passages comptés aux pages ouvertes à tous",
        duree="1 jour",
        depart="passage",
        disparition="suppression",
        dus=lambda a: Passage.objects.filter(quand__lt=min(a, horloge.temps_reel()) - _UN_JOUR),
        frein=False,
        donnees="Empreinte de l’adresse du réseau et de l’identifiant saisi",
    ),
)
declarer(
    "espace_partenaires.envoirecu",
    Conservation(
        categorie="Formulaires reçus, pour n’en faire l’effet qu’une fois",
        duree="1 jour",
        depart="envoi",
        disparition="suppression",
        dus=lambda a: EnvoiRecu.objects.filter(recu_le__lt=min(a, horloge.temps_reel()) - _UN_JOUR),
        frein=False,
        donnees="Empreinte du formulaire, adresse de la page suivante",
    ),
)
declarer("espace_partenaires.maintenance", Permanente("Interruptions annoncées, sans donnée personnelle"))
declarer(
    "espace_partenaires.decalagehorloge", Permanente("Réglage de la démonstration, sans donnée personnelle")
)
for _modele in (AccessAttempt, AccessFailureLog, AccessLog):
    declarer(
        _modele._meta.label_lower,
        Conservation(
            categorie="Essais de connexion",
            duree="30 jours",
            depart="essai",
            disparition="suppression",
            dus=partial(_essais, _modele),
            frein=False,
        ),
    )
declarer(
    "axes.accessattemptexpiration",
    Permanente("Disparaît avec l’essai de connexion", nom="Fins de blocage d’une connexion"),
)
for _label in ("auth.permission", "auth.group", "contenttypes.contenttype"):
    declarer(
        _label, Permanente("Réglages internes, sans donnée personnelle", nom="Tables techniques du portail")
    )
