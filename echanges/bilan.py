"""The exchanges of a convention in the bilan annuel (C-11, E-10): numbers only."""

import datetime as dt
from collections import Counter

from django.db.models import Avg, Count, F, Max, Sum

from conventions.models.conventions import Convention, JourDeLaCaisse, Participation
from echanges import calendrier, catalogue
from echanges.models.depots import Depot, DepotQuerySet
from echanges.models.flux import SUITES, CompteurEchanges, RetardDit
from echanges.models.inscriptions import SuiteInscription, SuiviInscription
from socle import crochets
from socle.crochets import Tableau
from socle.perimetre import MACHINE, au_nom_de
from socle.petits_nombres import montrer
from socle.templatetags.portail import accorder


# The numbers are those of all its caisses, whichever reads them.
@crochets.bilan.inscrire("echanges")
@au_nom_de(MACHINE)
def bilan(convention: Convention, debut: dt.date, fin: dt.date) -> list[Tableau]:
    """Return by flow what stands, what became of inscriptions, the days that were missed, how long « sans délai » took.

    From `debut` to `fin` excluded.
    """
    annonces = (
        Depot.objects.deposes()
        .alias(le=JourDeLaCaisse(F("depose_le")))
        .filter(participation__convention=convention, le__gte=debut, le__lt=fin)
    )
    suites = SuiviInscription.objects.filter(depot__in=annonces.values("pk"), remplace_le=None).order_by()
    nombres = Counter(dict(suites.values_list("suite").annotate(nombre=Count("pk"))))
    for suite in SuiteInscription:
        nombres[suite.value] += _passes(convention, debut, fin, f"{SUITES}{suite}")
    suivies = montrer({suite: nombre for suite, nombre in nombres.items() if nombre})
    delais = annonces.exclude(delai_jours=None).aggregate(
        moyen=Avg("delai_jours"), maximum=Max("delai_jours")
    )
    durees = []
    if delais["maximum"] is not None:
        durees = [("En moyenne", f"{delais['moyen']:.0f}"), ("Au plus", str(delais["maximum"]))]
    du_flux = JourDeLaCaisse(F("dit_le"), "flux__participation__caisse__fuseau")
    retards = (
        RetardDit.objects.alias(le=du_flux)
        .filter(flux__participation__convention=convention, le__gte=debut, le__lt=fin)
        .count()
    )
    dits = [("Dépassées sans fichier ni état néant", str(retards))] if retards else []
    tableaux = (
        Tableau("Échanges de fichiers", _par_flux(convention, annonces, debut, fin)),
        Tableau(
            "Suites des inscriptions",
            [(un.label, suivies[un.value]) for un in SuiteInscription if un.value in suivies],
        ),
        Tableau("Échéances", _echeances(convention, debut, fin) + dits),
        Tableau("De la décision au dépôt, en jours ouvrés", durees),
    )
    return [un for un in tableaux if un.lignes]


def _echeances(convention: Convention, debut: dt.date, fin: dt.date) -> list[tuple[str, str]]:
    """Return by flow what became of the days that were due: on time, late, nothing to send, missing."""
    par_flux: dict[str, Counter[str]] = {}
    for part in Participation.objects.filter(convention=convention).select_related("caisse").order_by("pk"):
        for une in calendrier.echeances(part, part.caisse.jour):
            if debut <= une.pour_le < fin and une.etat != calendrier.ATTENDU:
                par_flux.setdefault(une.flux.libelle, Counter())[une.libelle] += 1
    return [
        (
            libelle,
            ", ".join(f"{dit.lower()}\N{NO-BREAK SPACE}: {nombre}" for dit, nombre in sorted(etats.items())),
        )
        for libelle, etats in par_flux.items()
    ]


def _passes(convention: Convention, debut: dt.date, fin: dt.date, code: str) -> int:
    """Return the rows that a counter kept of deposits that are gone."""
    compteurs = CompteurEchanges.objects.filter(
        participation__convention=convention, code=code, mois__gte=debut.replace(day=1), mois__lt=fin
    )
    return compteurs.aggregate(total=Sum("lignes"))["total"] or 0


def _par_flux(
    convention: Convention, annonces: DepotQuerySet, debut: dt.date, fin: dt.date
) -> list[tuple[str, str]]:
    """Return by flow what stands, and what stood to its end."""
    vivants = {
        code: (nombre, lignes or 0)
        for code, nombre, lignes in annonces.order_by()
        .values_list("flux__code")
        .annotate(nombre=Count("pk"), total=Sum("lignes"))
    }
    passes = {
        code: (nombre, lignes)
        for code, nombre, lignes in CompteurEchanges.objects.filter(
            participation__convention=convention, mois__gte=debut.replace(day=1), mois__lt=fin
        )
        .order_by()
        .values_list("code")
        .annotate(nombre=Sum("depots"), total=Sum("lignes"))
    }
    par_flux = []
    for code, flux in catalogue.flux().items():
        depots, lignes = (vivants.get(code, (0, 0))[rang] + passes.get(code, (0, 0))[rang] for rang in (0, 1))
        if depots:
            par_flux.append(
                (flux.libelle, f"{accorder(depots, 'dépôt,dépôts')}, {montrer({'': lignes})['']} lignes")
            )
    return par_flux
