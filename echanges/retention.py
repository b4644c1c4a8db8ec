"""What the exchanges keep, for how long, and how it disappears (E-11, T-06)."""

import datetime as dt

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from conformite.declarations import AvecSonParent, Conservation, Permanente, declarer
from conformite.suppression import supprimer
from conventions.models.conventions import JourDeLaCaisse
from echanges.models.acces import AutorisationDepot, BoiteDediee
from echanges.models.depots import Depot, StatutDepot
from echanges.models.engagements import Engagement
from echanges.models.flux import SUITES, PeriodeRecue
from echanges.models.inscriptions import SuiviInscription
from echanges.regles import ANNUEL, MENSUEL

_UN_AN = dt.timedelta(days=365)


def depots_dus(a: dt.datetime) -> QuerySet:
    """E-11, T-06: those whose last readable day is over in the zone of their caisse, whatever their state."""
    return Depot.objects.filter(terme_le__lt=JourDeLaCaisse(a))


_AJOUTER = """
INSERT INTO echanges_compteurechanges (participation_id, code, mois, depots, lignes, lus)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::integer[], %s::integer[], %s::integer[])
ON CONFLICT (participation_id, code, mois)
DO UPDATE SET depots = echanges_compteurechanges.depots + EXCLUDED.depots,
    lignes = echanges_compteurechanges.lignes + EXCLUDED.lignes, lus = echanges_compteurechanges.lus + EXCLUDED.lus
"""


def _mois(du_depot: str = "") -> TruncMonth:
    return TruncMonth(JourDeLaCaisse(F(f"{du_depot}depose_le"), f"{du_depot}caisse__fuseau"))


def detruire_depots(lot: QuerySet) -> dict[str, int]:
    """Count what stood to its end, without a row for a deposit, then delete the deposits with their rows and steps."""
    figures = list(
        lot.select_related(None)
        .filter(statut=StatutDepot.DEPOSE)
        .annotate(du_mois=_mois())
        .values_list("participation_id", "flux__code", "du_mois")
        .annotate(nombre=Count("pk"), total=Sum("lignes"), lectures=Count("lu_le"))
        .order_by("participation_id", "flux__code", "du_mois")
    )
    deposes = lot.filter(statut=StatutDepot.DEPOSE).values("pk")
    suites = SuiviInscription.objects.filter(depot__in=deposes, remplace_le=None)
    figures += [
        (part, f"{SUITES}{suite}", mois, 0, nombre, 0)
        for part, suite, mois, nombre in suites.annotate(du_mois=_mois("depot__"))
        .values_list("depot__participation_id", "suite", "du_mois")
        .annotate(nombre=Count("pk"))
        .order_by("depot__participation_id", "suite", "du_mois")
    ]
    if figures:
        with connection.cursor() as curseur:
            curseur.execute(_AJOUTER, [list(colonne) for colonne in zip(*figures, strict=True)])
    recues = lot.select_related(None).filter(
        statut__in=(StatutDepot.DEPOSE, StatutDepot.REMPLACE), flux__periodicite__in=(MENSUEL, ANNUEL)
    )
    PeriodeRecue.objects.bulk_create(
        [
            PeriodeRecue(flux_id=un.flux_id, periode=un.periode, recue_le=un.depose_le)
            for un in recues.order_by("depose_le", "pk")
        ],
        ignore_conflicts=True,
    )
    return supprimer(lot)


def ne_jamais_prolonger(depot: Depot, jour: dt.date) -> None:
    """E-11: « ne pourront être conservées au-delà »: a hold moves no term of an exchange."""


def _retirees(a: dt.datetime) -> QuerySet:
    return AutorisationDepot.objects.filter(Q(retiree_le__lt=a - _UN_AN) | Q(fin__lt=(a - _UN_AN).date()))


declarer(
    "echanges.depot",
    Conservation(
        categorie="Échanges de fichiers",
        duree="la durée fixée par la convention, 12 mois au plus, jamais prolongée",
        depart="annonce du dépôt, ou réception du fichier, selon la convention ; ouverture pour un dépôt sans fichier",
        disparition="suppression du fichier, de ses lignes, de ses étapes et de ses jetons, puis destruction de la clé ; "
        "restent des nombres par mois et par flux",
        dus=depots_dus,
        identite="reference",
        terme="terme_le",
        detruire=detruire_depots,
        deplacer_terme=ne_jamais_prolonger,
        donnees="Identité, date de naissance, commune, prestations et montants ; numéro de sécurité sociale où la "
        "convention le prévoit",
    ),
)
declarer("echanges.fichierdepose", AvecSonParent("echanges.depot"))
declarer("echanges.lotdelignes", AvecSonParent("echanges.depot"))
declarer("echanges.suiviinscription", AvecSonParent("echanges.depot"))
declarer("echanges.rapprochementdecide", AvecSonParent("echanges.depot"))
declarer("echanges.rapprochementtenu", AvecSonParent("echanges.depot"))
declarer("echanges.ligneecartee", AvecSonParent("echanges.depot"))
declarer("echanges.etapedepot", AvecSonParent("echanges.depot"))
declarer(
    "echanges.autorisationdepot",
    Conservation(
        categorie="Autorisations de dépôt",
        duree="12 mois",
        depart="retrait, ou dernier jour de l’autorisation",
        disparition="suppression",
        dus=_retirees,
        frein=False,
        donnees="Adresse électronique professionnelle",
    ),
)
declarer(
    "echanges.boitedediee",
    Conservation(
        categorie="Boîtes dédiées",
        duree="12 mois",
        depart="retrait de la boîte",
        disparition="suppression",
        dus=lambda a: BoiteDediee.objects.filter(retiree_le__lt=a - _UN_AN),
        frein=False,
        donnees="Adresse d’une boîte de service",
    ),
)
declarer(
    "echanges.engagement",
    Conservation(
        categorie="Engagements de confidentialité",
        duree="12 mois",
        depart="inactivation du compte du signataire",
        disparition="suppression",
        dus=lambda a: Engagement.objects.filter(compte__inactive_le__lt=a - _UN_AN),
        frein=False,
        donnees="Nom, fonction et organisme du signataire",
    ),
)
declarer("echanges.fluxconvenu", Permanente("Ce que la convention prévoit, sans donnée personnelle"))
declarer("echanges.etatneant", Permanente("Périodes sans envoi, sans donnée personnelle"))
# A dossier is sealed until the first of the terms of both its deposits, and goes with the first one that goes.
declarer("echanges.dossierindu", AvecSonParent("echanges.depot"))
declarer("echanges.comptepayeur", Permanente("Compte d’un service public, que la convention nomme"))
declarer("echanges.perioderecue", Permanente("Périodes reçues, sans donnée personnelle"))
declarer("echanges.retarddit", Permanente("Retards déjà signalés, sans donnée personnelle"))
declarer("echanges.compteurechanges", Permanente("Chiffres : rien n’y désigne un dépôt"))
