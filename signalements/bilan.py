"""The demandes of a convention in the bilan annuel (C-11, C-21): figures that no purge takes away."""

import datetime as dt

from caisses.models import Motif, Service
from conventions.models.conventions import Convention
from signalements import chiffres
from signalements.models.chiffres import Chiffre
from signalements.suites import Avis, Irrecevable, Issue
from signalements.workflow import Statut
from socle import crochets, petits_nombres
from socle.crochets import Tableau

DELAIS = {
    "0-2": "Dans les 2 jours",
    "3-7": "De 3 à 7 jours",
    "8-14": "De 8 à 14 jours",
    "15-30": "De 15 à 30 jours",
    "31-plus": "Plus de 30 jours",
    "sans-reponse": "Sans réponse",
}
ISSUES = {
    **dict(Issue.choices),
    **{code: f"Non recevable : {libelle.lower()}" for code, libelle in Irrecevable.choices},
    Statut.ANNULEE.value: Statut.ANNULEE.label,
    Statut.CLOTUREE.value: Statut.CLOTUREE.label,
    chiffres.TRANSFEREE: "Transférée à une autre caisse",
}

# The outcomes without an answer of the caisse
SANS_REPONSE = frozenset(ISSUES) - (frozenset(Issue) - {Issue.SANS_REPONSE})


@crochets.bilan.inscrire("signalements")
def bilan(convention: Convention, debut: dt.date, fin: dt.date) -> list[Tableau]:
    """Return what the months from `debut` to `fin` excluded were."""
    return tableaux(chiffres.lire(Chiffre.objects.filter(convention=convention), debut, fin))


def tableaux(lus: dict[str, dict[str, int]]) -> list[Tableau]:
    """Return volumes, services, motifs, outcomes and delays, so that no table tells what another hides (C-21)."""
    recues, terminees = (sum(lus.get(nom, {}).values()) for nom in ("recue", "terminee"))
    services, motifs = lus.get("service", {}), lus.get("motif", {})
    suites, par_suite, delais = _fins(lus.get("issue", {}), lus.get("delai", {}), terminees)
    par_service = petits_nombres.montrer(services, _dit(recues))
    volumes = {"Demandes reçues": petits_nombres.montrer({"": recues})[""], "Demandes terminées": suites}
    return [
        Tableau("Demandes", list(volumes.items())),
        Tableau("Par service", _nommer(par_service, dict(Service.objects.values_list("pk", "libelle")))),
        Tableau("Par motif", _par_motif(services, par_service, motifs)),
        Tableau("Suites données", _nommer(par_suite, ISSUES)),
        Tableau("Délais de réponse", _nommer(delais, DELAIS)),
        Tableau(
            "Avis des structures", _nommer(petits_nombres.montrer(lus.get("avis", {})), dict(Avis.choices))
        ),
    ]


def _fins(
    issues: dict[str, int], delais: dict[str, int], terminees: int
) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return how the ended demandes are told: their number, by outcome, by delay; no table tells what another hides.

    One that is transferred has no answer. What has none by the one table has none by the other: their sums are equal.
    """
    sans = {**delais, "sans-reponse": delais.get("sans-reponse", 0) + issues.get(chiffres.TRANSFEREE, 0)}
    cellules = {"": terminees}
    cellules |= {f"issue {code}": nombre for code, nombre in issues.items()}
    cellules |= {f"delai {code}": nombre for code, nombre in sans.items()}
    muet, muettes = "delai sans-reponse", [f"issue {code}" for code in issues if code in SANS_REPONSE]
    repondues = [f"issue {code}" for code in issues if code not in SANS_REPONSE]
    classes = [f"delai {code}" for code in sans if code != "sans-reponse"]
    egalites = [([""], [*repondues, *muettes]), ([""], [*classes, muet])]
    if cellules[muet] == sum(cellules[nom] for nom in muettes):
        egalites += [
            ([muet], muettes),
            (repondues, classes),
            ([""], [*repondues, muet]),
            ([""], [*classes, *muettes]),
        ]
    dits = petits_nombres.dire(cellules, petits_nombres.cacher(cellules, egalites))
    return (
        dits[""],
        {code: dits[f"issue {code}"] for code in issues},
        {code: dits[f"delai {code}"] for code in sans},
    )


def _dit(total: int) -> int | None:
    """Return a total that is shown; None for one that is too small, and tells nothing."""
    return total if total >= petits_nombres.SEUIL else None


def _nommer(cellules: dict[str, str], libelles: dict[str, str]) -> list[tuple[str, str]]:
    """Return the rows that say something, in the order of the labels."""
    return [(libelle, cellules[code]) for code, libelle in libelles.items() if cellules.get(code, "0") != "0"]


def _par_motif(
    services: dict[str, int], montres: dict[str, str], motifs: dict[str, int]
) -> list[tuple[str, str]]:
    """Return the motifs of each service; none of a service that is hidden, which their sum would tell."""
    par_service: dict[str, list[Motif]] = {}
    connus = Motif.objects.filter(pk__in=[code for code, nombre in motifs.items() if nombre])
    for motif in connus.select_related("service").order_by("service__ordre", "ordre"):
        par_service.setdefault(motif.service_id, []).append(motif)
    lignes = []
    for service, siens in par_service.items():
        dits = petits_nombres.montrer({motif.pk: motifs[motif.pk] for motif in siens}, services[service])
        visible = montres[service].isdigit()
        lignes += [(str(motif), dits[motif.pk] if visible else petits_nombres.NON_MONTRE) for motif in siens]
    return lignes
