"""Figures of a structure and of a caisse: volumes from what no purge takes away (C-21), delays from demandes still kept.

A chart and its table are drawn from the same `Serie`. On both sides a figure from 1 to 10 is told as « moins de 11 »:
nobody is recognised in a small number (D-15).
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Extract, TruncMonth
from django.urls import reverse
from django.utils.html import format_html

from accounts.actions.places import places
from accounts.models.compte import Compte
from accounts.models.revues import Revue
from caisses.models import Motif
from conformite.jours import plus_mois
from conventions.models.conventions import JourDeLaCaisse, Participation
from conventions.models.partenaires import Partenaire
from signalements import permissions
from signalements.models.chiffres import Chiffre
from signalements.models.demandes import Demande
from signalements.paniers import TENUE, deposees_au, deposees_du
from signalements.statistiques.forms import ChiffresForm
from signalements.suites import Avis, Irrecevable, Issue
from socle.petits_nombres import MOINS_DE_ONZE, SEUIL, montrer
from socle.profils import Profil
from socle.templatetags.portail import INSECABLE, mois_en_mots

FINS_MAX, PLACES_MAX = 20, 20
SECONDES_PAR_JOUR = 86_400
SANS_OBJET = "–"
GARDEES = "Seules les demandes encore conservées sont comptées."
EFFACEES = "Celles qui ont été effacées n’y restent que comme nombres."


@dataclass(frozen=True)
class Point:
    """One bar: its label, its figure, and how it is told. `nombre` is what is drawn."""

    libelle: str
    nombre: float
    texte: str
    # The list of what it counts, for who may read it.
    adresse: str = ""

    @property
    def dit(self) -> str:
        """Return its figure, which opens its list."""
        if not self.adresse or self.texte == MOINS_DE_ONZE or not self.nombre:
            return self.texte
        mots = '<a href="{}">{}<span class="invisible">, {}</span></a>'
        return format_html(mots, self.adresse, self.texte, self.libelle)


@dataclass(frozen=True)
class ListeComptee:
    """The list of the demandes that are counted; nobody's without an address."""

    adresse: str = ""
    filtres: dict[str, Any] = field(default_factory=dict)

    def de(self, du: dt.date | None = None, au: dt.date | None = None, **filtres: Any) -> str:
        """Return its address narrowed, within the period that was chosen."""
        if not self.adresse:
            return ""
        bornes = {
            "du": max(filter(None, (du, self.filtres.get("du"))), default=""),
            "au": min(filter(None, (au, self.filtres.get("au"))), default=""),
        }
        choix = {nom: valeur for nom, valeur in (self.filtres | filtres | bornes).items() if valeur}
        return f"{self.adresse}&{urlencode(choix)}"


@dataclass(frozen=True)
class Serie:
    """One chart and its table. `definition` says how the figures are counted."""

    cle: str
    titre: str
    definition: str
    colonnes: tuple[str, str]
    points: list[Point] = field(default_factory=list)
    # What a full bar stands for: 100 for shares, the longest of them for numbers.
    pleine: float | None = None

    @property
    def barres(self) -> list[tuple[Point, int]]:
        """Return each point with the width of its bar, in percent of a full one."""
        longueur = self.pleine or max((point.nombre for point in self.points), default=0) or 1
        return [(point, round(100 * point.nombre / longueur)) for point in self.points]

    @property
    def lignes(self) -> list[list[str]]:
        """Return the rows of the table."""
        return [[point.libelle, point.dit] for point in self.points]

    @property
    def entetes(self) -> list[dict[str, str]]:
        """Return the columns of the table."""
        return [{"libelle": self.colonnes[0]}, {"libelle": self.colonnes[1], "classe": "nombre"}]


def de_la_structure(compte: Compte, choix: ChiffresForm | None = None) -> list[Serie]:
    """Return the figures of the structure of `compte`: counts and delays, less the caisses that excluded him (A-16).

    By whole months: of what was erased nothing finer is left.
    """
    choix = choix or ChiffresForm(compte=compte)
    caisses = Participation.objects.liant(compte).values("caisse")
    demandes = Demande.objects.deposees().filter(partenaire=compte.partenaire_id, caisse__in=caisses)
    # Those of the bilan: what was erased counts in them as what is kept (C-21).
    chiffres = Chiffre.objects.filter(convention__partenaire=compte.partenaire_id, caisse__in=caisses)
    mois = choix.mois()
    liste = ListeComptee()
    if permissions.can_voir_historique(compte):
        liste = ListeComptee(f"{reverse('demandes')}?filtre=toutes&qui=structure")
    return [
        _par_mois(demandes, mois, liste, chiffres),
        _par_motif(demandes, choix, liste, chiffres, mois if choix.choisis else ()),
        _delais(demandes, mois),
        _promesses(demandes, mois),
        _avis(chiffres, mois),
    ]


def de_la_caisse(compte: Compte, choix: ChiffresForm | None = None) -> list[Serie]:
    """Return the figures of the caisses of `compte`: volumes, delays kept, how demandes end, seats, reviews."""
    choix = choix or ChiffresForm(compte=compte)
    caisses = compte.caisses.all()
    demandes = choix.filter(Demande.objects.deposees().filter(caisse__in=caisses))
    # What was chosen is asked of the demandes: the figures tell neither a pôle nor a day.
    chiffres = None if choix.choisis else Chiffre.objects.filter(caisse__in=caisses)
    mois, liste = choix.mois(), ListeComptee()
    if permissions.can_trier(compte):
        filtres = {nom: getattr(valeur, "pk", valeur) for nom, valeur in choix.choisis.items()}
        liste = ListeComptee(f"{reverse('tri')}?panier=toutes", filtres)
    return [
        _par_mois(demandes, mois, liste, chiffres),
        _par_motif(demandes, choix, liste, chiffres),
        _delais(demandes, mois),
        _promesses(demandes, mois),
        *_fins(demandes, liste),
        *([] if chiffres is None else [_avis(chiffres, mois), _places(caisses), _revues(caisses)]),
    ]


# Key of the chart -> its title, whether it is by motif (else by structure), which end.
FINS = {
    "issues-motifs": ("Issues par motif", True, "issue"),
    "irrecevables-motifs": ("Non recevables par motif", True, "irrecevable"),
    "issues-structures": ("Issues par structure", False, "issue"),
    "irrecevables-structures": ("Non recevables par structure", False, "irrecevable"),
}


def fins(demandes: QuerySet, liste: ListeComptee | None = None) -> dict[str, list[tuple[str, str, int, str]]]:
    """Return how many demandes ended each way, by motif and by structure, and their list, the most frequent first: one pass."""
    liste = liste or ListeComptee()
    mots = {"issue": dict(Issue.choices), "irrecevable": dict(Irrecevable.choices)}
    comptes: dict[str, Counter[tuple[str, str, str]]] = {cle: Counter() for cle in FINS}
    lignes = demandes.exclude(issue="", irrecevable="").order_by()
    for motif, service, libelle, structure, siret, issue, irrecevable, nombre in lignes.values_list(
        *("motif", "motif__service", "motif__libelle", "partenaire__nom", "partenaire__siret"),
        *("issue", "irrecevable"),
    ).annotate(nombre=Count("pk")):
        codes = {"issue": issue, "irrecevable": irrecevable}
        dit = str(Motif(pk=motif, service_id=service, libelle=libelle))
        for cle, (_, par_motif, fin) in FINS.items():
            if codes[fin]:
                qui, ou = (dit, {"motif": motif}) if par_motif else (structure, {"structure": siret})
                comptes[cle][qui, mots[fin][codes[fin]], liste.de(**ou, **{fin: codes[fin]})] += nombre
    return {
        cle: sorted(
            ((qui, comment, nombre, adresse) for (qui, comment, adresse), nombre in un.items()),
            key=lambda ligne: (-ligne[2], *ligne[:2]),
        )
        for cle, un in comptes.items()
    }


def _fins(demandes: QuerySet, liste: ListeComptee) -> list[Serie]:
    return [
        Serie(
            cle,
            FINS[cle][0],
            f"Demandes encore conservées, les {FINS_MAX} cas les plus fréquents ; l’export les donne tous.",
            ("Motif" if FINS[cle][1] else "Structure", "Demandes"),
            [
                _point(f"{qui} – {comment}", nombre, dit, adresse)
                for (qui, comment, nombre, adresse), dit in zip(lignes, _fins_dites(lignes), strict=True)
            ][:FINS_MAX],
        )
        for cle, lignes in fins(demandes, liste).items()
    ]


def lignes_de_la_structure(
    compte: Compte, choix: ChiffresForm
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return what the page of a structure shows, its header first, for a spreadsheet."""
    series = de_la_structure(compte, choix)
    return ("Tableau", "Ligne", "Valeur"), [
        (serie.titre, point.libelle, point.texte) for serie in series for point in serie.points
    ]


def lignes_exportees(compte: Compte, choix: ChiffresForm) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return every end by motif and by structure, small numbers masked, its header first, for a spreadsheet (D-15)."""
    demandes = choix.filter(Demande.objects.deposees().filter(caisse__in=compte.caisses.all()))
    return ("Tableau", "Motif ou structure", "Suite", "Demandes"), [
        (FINS[cle][0], qui, comment, dit)
        for cle, lignes in fins(demandes).items()
        for (qui, comment, _, _), dit in zip(lignes, _fins_dites(lignes), strict=True)
    ]


def _dits(comptes: Mapping[Any, int]) -> dict[str, str]:
    """Return how the cells of one table are told: their sum, that another table tells, must tell none hidden (C-21)."""
    total = sum(comptes.values())
    return montrer({str(cle): nombre for cle, nombre in comptes.items()}, total if total >= SEUIL else None)


def _fins_dites(lignes: list[tuple[str, str, int, str]]) -> list[str]:
    """The same for ends, each with its own sum: by motif and by structure it is one."""
    par_fin: dict[str, dict[int, int]] = {}
    for rang, (_, comment, nombre, _) in enumerate(lignes):
        par_fin.setdefault(comment, {})[rang] = nombre
    dits = {rang: dit for comptes in par_fin.values() for rang, dit in _dits(comptes).items()}
    return [dits[str(rang)] for rang in range(len(lignes))]


def _point(libelle: str, nombre: int, dit: str, adresse: str = "") -> Point:
    return Point(libelle, nombre if dit == str(nombre) else 0, dit, adresse)


def _par_mois(
    demandes: QuerySet, mois: list[dt.date], liste: ListeComptee, chiffres: QuerySet | None = None
) -> Serie:
    gardees = _comptes(
        demandes.filter(deposees_du(mois[0]))
        .annotate(mois=TruncMonth(JourDeLaCaisse(F("deposee_le"))))
        .values_list("mois"),
        Count("pk"),
    )
    comptes, lesquelles = gardees, GARDEES
    if chiffres is not None:
        comptes = _comptes(chiffres.filter(dimension="recue", mois__gte=mois[0]).values_list("mois"))
        lesquelles = EFFACEES
    dits = _dits({m: comptes[m] for m in mois})
    return Serie(
        "mois",
        "Demandes déposées par mois",
        f"Chaque demande compte le mois de son dépôt. {lesquelles}",
        ("Mois", "Demandes"),
        [
            _point(
                mois_en_mots(m),
                comptes[m],
                dits[str(m)],
                liste.de(m, plus_mois(m, 1) - dt.timedelta(days=1)) if comptes[m] == gardees[m] else "",
            )
            for m in mois
        ],
    )


def _comptes(lignes: QuerySet, total: Aggregate | None = None) -> Counter[dt.date | str]:
    """Return the numbers of rows of one value, by that value."""
    return Counter(dict(lignes.order_by().annotate(total=total or Sum("nombre"))))


def _par_motif(
    demandes: QuerySet,
    choix: ChiffresForm,
    liste: ListeComptee,
    chiffres: QuerySet | None = None,
    periode: Sequence[dt.date] = (),
) -> Serie:
    """Count by motif the demandes kept, or the figures of all of them. `periode`: months chosen, else the last twelve."""
    depuis, dernier = (periode[0], periode[-1]) if periode else (plus_mois(choix.ce_mois, -12), choix.ce_mois)
    fin = plus_mois(dernier, 1) - dt.timedelta(days=1)
    siennes = demandes.filter(deposees_du(depuis), deposees_au(fin))
    gardees = _comptes(siennes.values_list("motif"), Count("pk"))
    comptes, lesquelles = gardees, GARDEES
    if chiffres is not None:
        comptes = _comptes(
            chiffres.filter(dimension="motif", mois__range=(depuis, dernier)).values_list("valeur")
        )
        lesquelles = EFFACEES
    motifs, dits = Motif.objects.in_bulk(), _dits(comptes)
    rangs = sorted(
        ((motifs[code], n) for code, n in comptes.items()), key=lambda paire: (-paire[1], str(paire[0]))
    )
    return Serie(
        "motifs",
        f"Demandes par motif{'' if periode else ', sur douze mois'}",
        f"Demandes déposées {'sur la période' if periode else 'depuis douze mois'}. {lesquelles}",
        ("Motif", "Demandes"),
        [
            _point(
                str(motif),
                nombre,
                dits[motif.pk],
                # What was erased stands in no list.
                liste.de(depuis, fin if periode else None, motif=motif.pk)
                if nombre == gardees[motif.pk]
                else "",
            )
            for motif, nombre in rangs
        ],
    )


def _repondues(demandes: QuerySet, mois: list[dt.date]) -> QuerySet:
    """Those answered since the first of these months, each with the month of its answer where its caisse is."""
    mois_de_la_reponse = TruncMonth(JourDeLaCaisse(F("traitee_le")))
    return demandes.annotate(mois=mois_de_la_reponse).filter(mois__gte=mois[0])


def _delais(demandes: QuerySet, mois: list[dt.date]) -> Serie:
    secondes = Cast(Extract(F("traitee_le") - F("deposee_le"), "epoch"), FloatField())
    lignes = (
        _repondues(demandes, mois)
        .annotate(secondes=secondes)
        .order_by()
        .values_list("mois")
        .annotate(total=Sum("secondes"), nombre=Count("pk"))
    )
    moyennes = {m: (total / nombre / SECONDES_PAR_JOUR, nombre) for m, total, nombre in lignes}
    return Serie(
        "delais",
        "Délai moyen de réponse",
        "Du dépôt à la réponse de la caisse, en jours, selon le mois de la réponse.",
        ("Mois", "Jours"),
        [_point_moyen(mois_en_mots(m), moyennes.get(m)) for m in mois],
    )


def _point_moyen(libelle: str, moyenne: tuple[float, int] | None) -> Point:
    if moyenne is None:
        return Point(libelle, 0, SANS_OBJET)
    jours, nombre = moyenne
    if nombre < SEUIL:
        return Point(libelle, 0, f"{MOINS_DE_ONZE} réponses")
    return Point(libelle, round(jours, 1), f"{jours:.1f}".replace(".", ","))


def _promesses(demandes: QuerySet, mois: list[dt.date]) -> Serie:
    lignes = (
        _repondues(demandes, mois)
        .order_by()
        .values_list("mois")
        .annotate(tenues=Count("pk", filter=TENUE), nombre=Count("pk"))
    )
    parts = {m: (tenues, nombre) for m, tenues, nombre in lignes}
    return Serie(
        "promesses",
        "Réponses données à la date promise",
        "Part des réponses données au plus tard le jour promis, selon le mois de la réponse.",
        ("Mois", "À la date promise"),
        [_point_part(mois_en_mots(m), parts.get(m)) for m in mois],
        pleine=100,
    )


def _point_part(libelle: str, part: tuple[int, int] | None) -> Point:
    if part is None:
        return Point(libelle, 0, SANS_OBJET)
    tenues, nombre = part
    if nombre < SEUIL:
        return Point(libelle, 0, f"{MOINS_DE_ONZE} réponses")
    pourcent = round(100 * tenues / nombre)
    return Point(libelle, pourcent, f"{pourcent}{INSECABLE}%")


def _avis(chiffres: QuerySet, mois: list[dt.date]) -> Serie:
    """How the structures say they were helped, when they close a demande."""
    comptes = _comptes(chiffres.filter(dimension="avis", mois__gte=mois[0]).values_list("valeur"))
    # No other table tells their sum.
    dits = montrer({code: comptes[code] for code in Avis.values})
    return Serie(
        "avis",
        "Étiez-vous bien aidé ?",
        "Réponses des structures à la clôture, sur la période ; répondre est facultatif.",
        ("Avis", "Réponses"),
        [_point(libelle, comptes[code], dits[code]) for code, libelle in Avis.choices],
    )


def _places(caisses: QuerySet) -> Serie:
    """Seats of techniciens of each structure bound today (Q-01 to Q-05)."""
    parts = Participation.objects.en_vigueur().filter(caisse__in=caisses)
    structures = Partenaire.objects.filter(pk__in=parts.values("partenaire")).order_by("nom", "pk")
    points = []
    for structure in structures:
        compte = places(structure, Profil.TECHNICIEN)
        part = 100 * compte.occupees / (compte.droits or 1)
        points.append(Point(structure.nom, min(part, 100), f"{compte.occupees} sur {compte.droits}"))
    points = sorted(points, key=lambda point: -point.nombre)[:PLACES_MAX]
    return Serie(
        "places",
        "Places de technicien occupées",
        "Comptes actifs ou en attente d’activation, sur le nombre de places fixé par la convention : "
        f"les {PLACES_MAX} structures les plus remplies.",
        ("Structure", "Places occupées"),
        points,
        pleine=100,
    )


def _revues(caisses: QuerySet) -> Serie:
    """Reviews of habilitations: what they are at today."""
    jour = JourDeLaCaisse()
    nombres = Revue.objects.filter(caisse__in=caisses).aggregate(
        closes=Count("pk", filter=Q(close_le__isnull=False)),
        en_cours=Count("pk", filter=Q(close_le=None, echeance__gte=jour)),
        en_retard=Count("pk", filter=Q(close_le=None, echeance__lt=jour)),
    )
    return Serie(
        "revues",
        "Revues des habilitations",
        "Toutes les revues ouvertes par la caisse, selon ce qu’il en est aujourd’hui.",
        ("État", "Revues"),
        [
            Point("Rendues", nombres["closes"], str(nombres["closes"])),
            Point("En cours", nombres["en_cours"], str(nombres["en_cours"])),
            Point("En retard", nombres["en_retard"], str(nombres["en_retard"])),
        ],
    )
