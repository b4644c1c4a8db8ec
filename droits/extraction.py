"""What the portal holds about a person: found by the keyed index, collected with third parties left out (R-03).

What only resembles her is shown to the DPO, who decides of each: it enters the file when it is chosen.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models.compte import Compte
from conformite.models.journal import LigneJournal
from conformite.scellement import Illisible
from conventions.models.conventions import Participation
from droits.models.demandes import DemandeDroits
from echanges.catalogue import CoteDuFlux
from echanges.models.depots import Depot
from echanges.recherche import LigneTrouvee, en_mots, lignes_de
from signalements.models.demandes import Demande
from signalements.models.fil import Message
from signalements.models.pieces import Piece
from signalements.models.rendez_vous import RendezVous
from signalements.personnes import lieux_de_la_caisse, personne_de, ressemblantes
from socle.ecriture import sans_accents
from socle.naissances import Naissance
from socle.noms import Personne, Ressemblance, comparer_noms
from socle.profils import Profil
from socle.roles import Cote, role

COMPTE = "compte:"
# A deposit holds many persons: one of them is its row, « F26-XXXX-XXXX, ligne 12 ».
LIGNE = ", ligne "
MASQUE = "[masqué]"
DE_LA_CAISSE = [un for un in Profil if role(un).cote == Cote.CAISSE]
# Of a call: how it came, and what was attested.
DE_L_APPEL = ("origine", "attestations")


@dataclass(frozen=True)
class Trouvee:
    """What is found: its key, whom it names, whether it is certainly the person who asks, how the DPO reads it."""

    cle: str
    personne: Personne
    certaine: bool
    libelle: str


def chercher(demande: DemandeDroits) -> list[Trouvee]:
    """Return the demandes and the rows that are, or may be, about this person in the caisse, or its accounts (« compte:12 »)."""
    contenu = demande.contenu
    qui = personne_de(contenu)
    if demande.qualite == DemandeDroits.Qualite.PROFESSIONNEL:
        return _comptes(demande, qui, contenu["courriel"])
    siennes = Demande.objects.filter(caisse=demande.caisse_id).order_by("pk")
    trouvees = [
        (une.reference, la, dit)
        for une, la, dit in ressemblantes(siennes, qui, lieux_de_la_caisse(demande.caisse))
    ]
    trouvees += [(_cle(une), une.personne, une.dit) for une in lignes_de(qui, demande.caisse_id)]
    return [Trouvee(cle, la, dit is Ressemblance.CERTAINE, cle) for cle, la, dit in trouvees]


def libelles(demande: DemandeDroits) -> list[str]:
    """Return how the DPO reads what is in the file: references, rows, accounts."""
    if demande.qualite == DemandeDroits.Qualite.PROFESSIONNEL:
        return [f"{_nom_du_compte(compte)} – {compte}" for compte in _retrouves(demande)]
    return demande.trouvees


def se_contredisent(demande: DemandeDroits, retenues: list[Trouvee]) -> bool:
    """Whether they are several persons: a birth date known in part alone does not say which one asks (D-26)."""
    demandee = Naissance.de(demande.contenu.get("naissance"))
    if demandee is None or demandee.complete:
        return False
    nees = [une.personne.naissance for une in retenues if une.personne.naissance]
    return not all(un.compatible(autre) for un, autre in itertools.combinations(nees, 2))


def references(cles: list[str]) -> list[str]:
    """Return the references of what these keys designate."""
    return list(dict.fromkeys(cle.partition(LIGNE)[0] for cle in cles))


def lignes_trouvees(demande: DemandeDroits) -> list[LigneTrouvee]:
    """Return the rows of the exchanges that are in the file of the person, and that are still there."""
    lignes, trouvees = lignes_de(personne_de(demande.contenu), demande.caisse_id), demande.trouvees
    return [une for une in lignes if _cle(une) in trouvees]


def _cle(une: LigneTrouvee) -> str:
    return f"{une.depot.reference}{LIGNE}{une.rang + 1}"


def demandes_trouvees(demande: DemandeDroits) -> QuerySet[Demande]:
    """Return the demandes that the search found and that are still there."""
    return Demande.objects.filter(caisse=demande.caisse_id, reference__in=demande.trouvees).order_by("pk")


def collecter(demande: DemandeDroits) -> dict[str, object]:
    """Return the file to give to the person, as plain values ready for JSON and PDF."""
    if demande.qualite == DemandeDroits.Qualite.PROFESSIONNEL:
        return {
            "reference": demande.reference,
            "comptes": [_un_compte(compte) for compte in _retrouves(demande)],
        }
    masques = demande.contenu.get("masques", "").splitlines()
    return {
        "reference": demande.reference,
        "demandes": [
            _une_demande(une, masques)
            for une in demandes_trouvees(demande).select_related("caisse", "partenaire", "motif")
        ],
        "echanges": [
            {
                "reference": depot.reference,
                "flux": depot.flux.libelle,
                "periode": depot.periode_en_mots,
                "depose_par": str(depot.caisse if depot.cote == CoteDuFlux.CAISSE else depot.partenaire),
                "conservee_jusqu_au": depot.terme_le.isoformat(),
                "ligne": masquer(en_mots(une), masques),
            }
            for une in lignes_trouvees(demande)
            for depot in [une.depot]
        ],
    }


def masquer(valeur: object, mots: Iterable[str]) -> Any:
    """Return a value of the file without these words, whatever their accents and capitals: those who bear them did not ask."""
    if isinstance(valeur, dict):
        return {cle: masquer(une, mots) for cle, une in valeur.items()}
    if isinstance(valeur, list):
        return [masquer(une, mots) for une in valeur]
    if not isinstance(valeur, str):
        return valeur
    plis = [(pli, rang) for rang, lettre in enumerate(valeur) for pli in sans_accents(lettre)]
    plie = "".join(pli for pli, _ in plis)
    for mot in mots:
        for trouve in re.finditer(rf"(?<!\w){re.escape(sans_accents(mot))}(?!\w)", plie):
            debut, fin = plis[trouve.start()][1], plis[trouve.end() - 1][1]
            return masquer(valeur[:debut], mots) + MASQUE + masquer(valeur[fin + 1 :], mots)
    return valeur


def depots_trouves(demande: DemandeDroits) -> QuerySet[Depot]:
    """Return the deposits whose rows the search found, and that are still there."""
    siennes = references(demande.trouvees)
    return Depot.objects.filter(caisse=demande.caisse_id, reference__in=siennes).order_by("pk")


def _comptes(demande: DemandeDroits, qui: Personne, courriel: str) -> list[Trouvee]:
    """The accounts of this address and name; those of one of both alone resemble: addresses change, boxes are shared."""
    collegues = Compte.caisses.through.objects.filter(caisse=demande.caisse_id)
    parts = Participation.objects.actuelles_des([demande.caisse_id])
    lies = Q(pk__in=collegues.values("compte")) | Q(partenaire__in=parts.values("partenaire"))
    comptes = Compte.objects.filter(lies).exclude(statut=Compte.Statut.SUPPRIME).order_by("pk")
    trouvees = []
    for compte in comptes:
        la, meme_adresse = Personne(compte.nom, compte.prenom), compte.email.lower() == courriel.lower()
        nom_proche = comparer_noms(qui, la) is not Ressemblance.DIFFERENTE
        if meme_adresse or nom_proche:
            cle, certaine = f"{COMPTE}{compte.pk}", meme_adresse and nom_proche
            trouvees.append(Trouvee(cle, la, certaine, _nom_du_compte(compte)))
    return trouvees


def _nom_du_compte(compte: Compte) -> str:
    return f"Compte {compte.identifiant}, {compte.email or 'sans adresse'}, {compte.get_statut_display().lower()}"


def _retrouves(demande: DemandeDroits) -> QuerySet[Compte]:
    cles = [une.removeprefix(COMPTE) for une in demande.trouvees]
    return Compte.objects.filter(pk__in=cles).order_by("pk")


def _lecture(ligne: LigneJournal) -> dict[str, str]:
    return {
        "le": ligne.quand.isoformat(),
        "acte": ligne.acte,
        "par": ligne.profil or "exécution automatique",
    }


def _une_demande(une: Demande, masques: Iterable[str] = ()) -> dict[str, object]:
    # The notes of a former caisse stay with it (D-19), those of the structure are its own.
    siens = une.messages.lisibles_du(Message.Cote.CAISSE)
    return {
        "reference": une.reference,
        "caisse": une.caisse.nom,
        "structure": une.partenaire.nom,
        "motif": str(une.motif),
        "etat": une.get_statut_display(),
        "deposee_le": une.deposee_le.isoformat() if une.deposee_le else None,
        "conservee_jusqu_au": une.terme_le.isoformat(),
        # The words of the structure are its own (D-28).
        "etiquettes": [str(mot) for mot in une.etiquettes.filter(caisse=une.caisse_id)],
        "contenu": masquer(_sans_l_appelant(_contenu(une)), masques),
        "echanges": [
            {
                "le": message.ecrit_le.isoformat(),
                # Who wrote is a third party: his side only.
                "de": message.get_cote_display(),
                "nature": message.get_nature_display(),
                "texte": masquer(_lu(message, "texte"), masques),
            }
            for message in siens.order_by("ecrit_le", "pk")
        ],
        "pieces": [
            {
                "le": piece.ajoute_le.isoformat(),
                "de": piece.get_cote_display(),
                "nature": _lu(piece, "libelle"),
                "nom": masquer(_lu(piece, "nom"), masques),
            }
            for piece in une.pieces.presentes()
        ],
        "rendez_vous": [
            {
                "le": rendez_vous.debut.isoformat(),
                "etat": rendez_vous.get_statut_display(),
                "lieu": _lu(rendez_vous, "lieu"),
                "precisions": masquer(_lu(rendez_vous, "precisions"), masques),
            }
            for rendez_vous in une.rendez_vous.order_by("debut", "pk")
        ],
        # Who read it for a former caisse stays with that one too.
        "lectures": [
            _lecture(ligne)
            for ligne in LigneJournal.objects.citant(une.reference)
            .exclude(~Q(caisse=une.caisse_id), caisse__isnull=False, profil__in=DE_LA_CAISSE)
            .order_by("pk")
        ],
    }


def _sans_l_appelant(contenu: dict[str, object]) -> dict[str, object]:
    """D-23: who called is a third party: what was attested aloud is left. What a side said of the other is theirs."""
    contenu.pop("avis", None)
    appel = contenu.get("appel")
    if not isinstance(appel, dict):
        return contenu
    return contenu | {"appel": {cle: une for cle, une in appel.items() if cle in DE_L_APPEL}}


def _contenu(une: Demande) -> dict[str, object]:
    """The unsealed content; nothing once its key is destroyed, while the row waits for the purge."""
    try:
        return une.contenu
    except Illisible:
        return {}


def _lu(objet: Message | Piece | RendezVous, champ: str) -> str:
    try:
        return str(getattr(objet, champ))
    except Illisible:
        return ""


def _un_compte(compte: Compte) -> dict[str, object]:
    return {
        "identifiant": compte.identifiant,
        "profil": compte.get_profil_display(),
        "etat": compte.get_statut_display(),
        "nom": compte.nom,
        "prenom": compte.prenom,
        "fonction": compte.fonction,
        "telephone": compte.telephone,
        "courriel": compte.email,
        "cree_le": compte.cree_le.isoformat(),
        "actes": [
            {"le": quand.isoformat(), "acte": acte, "reference": reference}
            # Once each: an act that belongs to several caisses leaves a line in the journal of each.
            for quand, acte, reference in LigneJournal.objects.filter(compte=compte.pk)
            .order_by("quand", "acte", "reference")
            .values_list("quand", "acte", "reference")
            .distinct()
        ],
    }
