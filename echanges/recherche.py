"""The rows of one person among the deposits of a caisse: found by tokens, confirmed once unsealed (R-03)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from conformite.index import jetons, lieux_vivants, portant
from conformite.scellement import Illisible
from conventions.models.conventions import Participation
from echanges import personnes, tableaux
from echanges.models.depots import Depot, LigneEcartee, LotDeLignes, StatutDepot
from echanges.models.recuperation import DossierIndu
from echanges.regles import en_mots as periode_en_mots
from socle import horloge
from socle.noms import Personne, Ressemblance, comparer
from socle.templatetags.portail import date_heure


@dataclass(frozen=True)
class LigneTrouvee:
    """A row that is, or may be, about a person."""

    depot: Depot
    rang: int
    ligne: list[Any]
    personne: Personne
    dit: Ressemblance


# A row, where it stands, and where its columns do.
_Placee = tuple[Depot, int, list[Any], dict[str, int]]


def ecarter(lignes: Iterable[LigneTrouvee]) -> None:
    """Leave the rows of a person who opposed the processing out of what is done with their deposits (R-03)."""
    LigneEcartee.objects.bulk_create(
        [LigneEcartee(depot=une.depot, rang=une.rang, ecartee_le=horloge.maintenant()) for une in lignes],
        ignore_conflicts=True,
    )


def reporter(depot: Depot) -> None:
    """Leave out of a deposit who opposed the processing in another: an opposition outlives the file that it was said of."""
    ecartees = LigneEcartee.objects.filter(depot__caisse=depot.caisse_id).exclude(depot=depot)
    rangs = set(ecartees.values_list("depot", "rang"))
    lots = (
        LotDeLignes.objects.filter(depot__in={un for un, _ in rangs}).select_related("depot").order_by("pk")
    )
    for un, rang, ligne, place in _lignes_des_lots(lots):
        if (un.pk, rang) in rangs:
            trouvees = lignes_de(personnes.personne_de(ligne, place), depot.caisse_id)
            ecarter(une for une in trouvees if une.depot.pk == depot.pk and une.dit is Ressemblance.CERTAINE)


def lignes_de(personne: Personne, caisse: int) -> list[LigneTrouvee]:
    """Return each row that is or may be about this person, the oldest deposit first; what no key opens is left out."""
    deposes = Depot.objects.filter(caisse=caisse, depose_le__isnull=False).order_by("-terme_le")
    if not (dernier := deposes.values_list("terme_le", flat=True).first()):
        return []
    nee = personne.naissance
    termes = personnes.termes(personne, nee.possibles() if nee else (), nee)
    parts = Participation.objects.filter(caisse=caisse).values_list("caisse_id", "partenaire_id")
    cherches = jetons(termes, lieux_vivants(parts, dernier))
    lots = (
        LotDeLignes.objects.filter(
            portant("echanges", cherches), depot__caisse=caisse, depot__depose_le__isnull=False
        )
        .select_related("depot__flux", "depot__caisse", "depot__partenaire")
        .order_by("depot__depose_le", "depot", "rang")
    )
    trouvees = []
    for depot, rang, ligne, place in (*_lignes_des_lots(lots), *_lignes_mandatees(caisse)):
        la = personnes.personne_de(ligne, place)
        if (dit := comparer(personne, la)) is not Ressemblance.DIFFERENTE:
            trouvees.append(LigneTrouvee(depot, rang, ligne, la, dit))
    return trouvees


def _lignes_des_lots(lots: Iterable[LotDeLignes]) -> Iterator[_Placee]:
    """Yield each row that a key opens, and where its columns stand."""
    for lot in lots:
        try:
            lignes = lot.depot.ouvrir(bytes(lot.scelle), f"lignes:{lot.rang}")
            place = lot.depot.resume["places"]
        except Illisible:
            continue
        for rang, ligne in enumerate(lignes, start=lot.rang * personnes.LIGNES_PAR_LOT):
            yield lot.depot, rang, ligne, place


def _lignes_mandatees(caisse: int) -> Iterator[_Placee]:
    """Yield the rows that mandates keep once the file that held them was taken back."""
    dossiers = DossierIndu.objects.filter(caisse=caisse).exclude(depot__statut=StatutDepot.DEPOSE)
    for un in dossiers.select_related("depot__flux", "depot__caisse", "depot__partenaire").order_by("pk"):
        try:
            place, indu = un.depot.resume["places"], un.contenu["indu"]
        except Illisible:
            continue
        yield un.depot, un.rang, [indu.get(code) for code in place], place


def en_mots(une: LigneTrouvee) -> dict[str, str]:
    """Return a row under the titles of its columns, written as in the file, then what was made of it."""
    colonnes = une.depot.flux.colonnes
    montree = tableaux.montrer(colonnes, [une.ligne])[0]
    dite = {colonne.libelle: valeur for colonne, valeur in zip(colonnes, montree, strict=True)}
    suites = [
        f"{' : '.join(filter(None, (un.get_suite_display(), un.get_cause_display())))}, {date_heure(un.note_le, une.depot.caisse.fuseau)}"
        for un in une.depot.inscriptions.filter(rang=une.rang).order_by("pk")
    ]
    if suites:
        dite["Suite de l’inscription"] = " ; ".join(suites)
    for dossier in une.depot.dossiers.filter(rang=une.rang).select_related("caisse"):
        dite |= _recuperation(dossier)
    return dite


def _recuperation(dossier: DossierIndu) -> dict[str, str]:
    """Return what a recovery says to its person: withheld by month, mandate, letter, contestation."""
    contenu, fuseau = dossier.contenu, dossier.caisse.fuseau
    mois = contenu.get("retenue", {}).items()
    dites = {
        "Dossier de récupération": f"{dossier.reference}, {dossier.get_statut_display().lower()}",
        "Retenue impossible": dossier.get_impossibilite_display(),
        "Retenu par mois": ", ".join(
            f"{periode_en_mots(un)} : {tableaux.en_euros(part)}" for un, part in mois
        ),
        "Retenu en tout": tableaux.en_euros(contenu["total"]) if "total" in contenu else "",
        "Solde restant dû": tableaux.en_euros(contenu["solde"]) if "solde" in contenu else "",
        "Mandat signé": date_heure(dossier.signe_le, fuseau) if dossier.signe_le else "",
        "Lettre postée le": tableaux.en_jour(str(dossier.lettre_postee_le or "")),
        "Contestation": contenu.get("contestation", ""),
    }
    return {titre: dit for titre, dit in dites.items() if dit}
