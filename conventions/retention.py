"""What conventions keep, for how long, and how it disappears."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from conformite.declarations import AvecSonParent, Conservation, Permanente, declarer
from conformite.jours import plus_mois
from conventions.models.conventions import Convention, Participation
from conventions.models.importations import Importation
from conventions.models.suites import Avenant, MiseEnDemeure, Preuve, Signataire, Signature

MOIS_APRES_LA_FIN = 60
MOIS_D_UN_BROUILLON = 24


def conventions_dues(a: dt.datetime) -> QuerySet:
    """Return the conventions ended everywhere for five years, and the drafts left for two."""
    fin = plus_mois(a.date(), -MOIS_APRES_LA_FIN)
    brouillon = plus_mois(a.date(), -MOIS_D_UN_BROUILLON)
    recentes = Participation.objects.filter(
        Q(fin=None) | Q(fin__gte=fin), convention=OuterRef("pk"), debut__isnull=False
    )
    signees = Participation.objects.filter(convention=OuterRef("pk"), debut__isnull=False)
    suites = Convention.objects.filter(remplace=OuterRef("pk"))
    return Convention.objects.filter(
        (Exists(signees) & ~Exists(recentes)) | (~Exists(signees) & Q(creee_le__date__lt=brouillon)),
        ~Exists(suites),
    )


def detruire_conventions(lot: QuerySet) -> dict[str, int]:
    """Delete the conventions and all that goes with them, children first."""
    cles = list(lot.values_list("pk", flat=True))
    decompte = {}
    for modele, filtre in (
        (Signature, "signataire__convention__in"),
        (Avenant, "convention__in"),
        (MiseEnDemeure, "participation__convention__in"),
        (Signataire, "convention__in"),
        (Participation, "convention__in"),
    ):
        decompte[modele._meta.model_name] = modele.objects.filter(**{filtre: cles}).delete()[0]
    decompte["convention"] = Convention.objects.filter(pk__in=cles).delete()[0]
    return decompte


declarer(
    "conventions.convention",
    Conservation(
        categorie="Conventions",
        duree="5 ans après la fin ; 2 ans pour un projet jamais signé",
        depart="fin de la dernière part d’une caisse ; rédaction pour un projet",
        disparition="suppression de la convention, de ses signatures, avenants, référents et rappels",
        dus=conventions_dues,
        identite="reference",
        detruire=detruire_conventions,
        donnees="Nom et qualité des signataires ; nom, fonction, téléphone et courriel des référents",
    ),
)


def preuves_dues(a: dt.datetime) -> QuerySet:
    """Return the proofs whose last day is over: the job moves it along while the convention is kept."""
    return Preuve.objects.filter(terme_le__lt=a.date())


declarer(
    "conventions.preuve",
    Conservation(
        categorie="Pièces signées et preuves des conventions",
        duree="5 ans après la fin de la convention",
        depart="fin de la dernière part d’une caisse",
        disparition="suppression du fichier et de son nom, puis destruction de la clé",
        dus=preuves_dues,
        terme="terme_le",
        donnees="Signatures et courriers des parties",
    ),
)
for _enfant in (
    "participation",
    "signataire",
    "avenant",
    "referent",
    "soustraitance",
    "jalon",
    "suivi",
    "annonce",
    "bilanannuel",
):
    declarer(f"conventions.{_enfant}", AvecSonParent("conventions.convention"))
declarer(
    "conventions.importation",
    Conservation(
        categorie="Importations de conventions",
        duree="30 jours ; le tableau lui-même, jusqu’à ce que sa dernière ligne soit traitée",
        depart="demande de l’importation",
        disparition="suppression",
        dus=lambda a: Importation.objects.filter(demandee_le__lt=a - dt.timedelta(days=30)),
        frein=False,
        donnees="Nom et adresse de contact des structures",
    ),
)
declarer("conventions.signature", AvecSonParent("conventions.signataire"))
for _enfant in ("miseendemeure", "rappel"):
    declarer(f"conventions.{_enfant}", AvecSonParent("conventions.participation"))
declarer("conventions.partenaire", Permanente("Fiche de la structure, une pour toutes ses caisses"))
for _referentiel in ("clause", "versiondeclause"):
    declarer(f"conventions.{_referentiel}", Permanente("Bibliothèque des clauses, sans donnée d’assuré"))
