"""Every `visibles_par`, in every state of the convention that binds the structure and the caisse (A-13, A-16, A-21, C-16).

The states with rights are made on Metz – Moselle by the acts that make them in life. Those without any (draft, to be
signed, ended) stand in the world itself, between Metz and the caisse beyond the border (`monde._voisinage`).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps

from accounts.actions.securite import exclure
from accounts.models.compte import Compte
from accounts.models.contreseings import Contreseing
from accounts.models.habilitations import DemandeHabilitation
from accounts.models.revues import Revue
from caisses.models import Caisse
from conventions.actions.conventions import Ouverture, mettre_a_la_signature, rediger_convention
from conventions.actions.fins import clore_mise_en_demeure, mettre_en_demeure, resilier, suspendre
from conventions.actions.signatures import signer
from conventions.models.conventions import Convention, Participation
from conventions.models.partenaires import Partenaire
from conventions.models.suites import MiseEnDemeure
from droits.models.demandes import DemandeDroits
from droits.models.violations import Violation
from droits.perimetre import lignes_visibles_par
from information.models import Assistance, Formation, Publication
from signalements.models.demandes import Demande
from signalements.models.modeles import ModeleReponse
from signalements.workflow import FINIS, OUVERTS
from tests.matrice.monde import Monde
from tests.matrice.test_matrice import essai

# In which states the rows of the bond are seen.
TOUJOURS = {"en vigueur", "suspendue", "exclue", "bonne fin", "résiliée", "remplacée"}
CAISSE_LIEE = TOUJOURS - {"résiliée"}
STRUCTURE_LIEE = {"en vigueur", "bonne fin", "remplacée"}
PORTAIL_OUVERT = {"en vigueur", "remplacée"}
DE_LA_CAISSE = {"caisse__code": "moselle"}
DE_METZ = {"partenaire__nom": "Metz Métropole"}
LES_DEUX = DE_LA_CAISSE | DE_METZ


@dataclass(frozen=True)
class Vue:
    """What one account sees of one model, and in which states. `propre`: his own, whatever binds the others."""

    modele: type
    qui: str
    etats: set[str]
    filtre: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.modele.__name__} {self.qui}"


VUES = [
    Vue(Compte, "administrateur", CAISSE_LIEE, DE_METZ),
    Vue(Compte, "gestionnaire", TOUJOURS, {"identifiant": "gestionnaire.ici"}),
    Vue(Contreseing, "administrateur", CAISSE_LIEE, {"compte__partenaire__nom": "Metz Métropole"}),
    # What he asked stays his own.
    Vue(Contreseing, "gestionnaire", TOUJOURS, {"compte__partenaire__nom": "Metz Métropole"}),
    Vue(Contreseing, "dpo", TOUJOURS, {"caisses__code": "moselle"}),
    Vue(Partenaire, "administrateur", CAISSE_LIEE, {"nom": "Metz Métropole"}),
    Vue(Partenaire, "gestionnaire", TOUJOURS, {"nom": "Metz Métropole"}),
    Vue(Convention, "administrateur", TOUJOURS, DE_METZ),
    Vue(Convention, "gestionnaire", TOUJOURS - {"exclue"}, {"participations__caisse__code": "moselle"}),
    Vue(DemandeHabilitation, "administrateur", CAISSE_LIEE, LES_DEUX),
    Vue(DemandeHabilitation, "gestionnaire", STRUCTURE_LIEE, LES_DEUX),
    Vue(Revue, "administrateur", CAISSE_LIEE, LES_DEUX),
    Vue(Revue, "gestionnaire", STRUCTURE_LIEE, LES_DEUX),
    # What a caisse received stays its own until the term (D-15).
    Vue(Demande, "agent", TOUJOURS, LES_DEUX),
    Vue(Demande, "technicien", STRUCTURE_LIEE, LES_DEUX | {"statut__in": OUVERTS}),
    Vue(Demande, "technicien", PORTAIL_OUVERT, LES_DEUX | {"statut__in": FINIS}),
    Vue(DemandeDroits, "dpo", TOUJOURS, LES_DEUX),
    Vue(DemandeDroits, "gestionnaire", STRUCTURE_LIEE, LES_DEUX),
    Vue(Violation, "dpo", TOUJOURS, LES_DEUX),
    Vue(Violation, "technicien", TOUJOURS, LES_DEUX),
    Vue(Caisse, "administrateur", TOUJOURS, {"code": "moselle"}),
    Vue(ModeleReponse, "agent", TOUJOURS, DE_LA_CAISSE),
    Vue(Publication, "administrateur", TOUJOURS, DE_LA_CAISSE),
    Vue(Publication, "technicien", STRUCTURE_LIEE, DE_LA_CAISSE),
    Vue(Formation, "administrateur", TOUJOURS, DE_LA_CAISSE),
    Vue(Formation, "gestionnaire", STRUCTURE_LIEE, DE_LA_CAISSE),
    Vue(Assistance, "administrateur", TOUJOURS, DE_LA_CAISSE),
    Vue(Assistance, "technicien", TOUJOURS, DE_LA_CAISSE),
]


def _part(monde: Monde) -> Participation:
    return Participation.objects.get(pk=monde.objets["participation"]["pk"])


def _suspendre(monde: Monde) -> None:
    suspendre(par=monde.comptes["administrateur"], participation=_part(monde), raison="Usage étranger.")


def _exclure(monde: Monde) -> None:
    for colonne in ("technicien", "gestionnaire"):
        exclure(
            monde.comptes[colonne],
            caisse=_part(monde).caisse,
            par=monde.comptes["administrateur"],
            raison="Consultations étrangères.",
        )


def _resilier(monde: Monde, bonne_fin: int = 0) -> None:
    par, part = monde.comptes["administrateur"], _part(monde)
    for mise in MiseEnDemeure.objects.filter(participation=part, close_le=None):
        clore_mise_en_demeure(par=par, mise=mise, le=part.caisse.jour)
    mise = mettre_en_demeure(
        par=par,
        participation=part,
        document="convention",
        manquement="Silence.",
        envoyee_le=part.caisse.jour - dt.timedelta(days=30),
    )
    resilier(par=par, mise=mise, le=part.caisse.jour, raison="Silence.", bonne_fin_jours=bonne_fin)


def _remplacer(monde: Monde) -> None:
    par, part = monde.comptes["administrateur"], _part(monde)
    nouvelle = rediger_convention(
        par=par,
        partenaire=part.partenaire,
        ouvertures=[Ouverture(caisse=part.caisse, motifs=list(part.motifs.all()))],
        remplace=part.convention,
        denonciation_mois=3,
        utilisation_en_annexe=True,
    )
    mettre_a_la_signature(par=par, convention=nouvelle)
    for signataire in nouvelle.signataires.all():
        signer(par=par, signataire=signataire, le=part.caisse.jour, nom="Alix Morel")


ETATS: dict[str, Callable[[Monde], None]] = {
    "en vigueur": lambda monde: None,
    "suspendue": _suspendre,
    "exclue": _exclure,
    "bonne fin": lambda monde: _resilier(monde, 30),
    "résiliée": _resilier,
    "remplacée": _remplacer,
}


def test_chaque_perimetre_a_sa_ligne():
    """A new `visibles_par` is walked the day it is born."""
    tous = {modele for modele in apps.get_models() if hasattr(modele._default_manager, "visibles_par")}
    assert tous == {vue.modele for vue in VUES}
    assert set(ETATS) == TOUJOURS


@pytest.mark.parametrize("etat", ETATS)
def test_chaque_perimetre_dans_chaque_etat(monde: Monde, etat: str):
    """A-13, A-16, C-16: what the state of the convention gives today, no more and no less."""
    with essai():
        ETATS[etat](monde)
        vus = {
            str(vue): vue.modele.objects.visibles_par(monde.comptes[vue.qui]).filter(**vue.filtre).exists()
            for vue in VUES
            if vue.filtre.get("statut__in") != FINIS
        }
        finies = Demande.objects.visibles_par(monde.comptes["technicien"]).filter(
            **LES_DEUX, statut__in=FINIS
        )
        assert finies.exists() == (etat in PORTAIL_OUVERT)
        attendus = {str(vue): etat in vue.etats for vue in VUES if vue.filtre.get("statut__in") != FINIS}
        assert vus == attendus
        journal = lignes_visibles_par(monde.comptes["administrateur"])
        assert journal.filter(caisse=_part(monde).caisse_id).exists(), "les lignes de la caisse restent"
        sans_caisse = journal.filter(caisse=None, compte=monde.comptes["gestionnaire"].pk)
        assert sans_caisse.exists() == (etat in CAISSE_LIEE)


@pytest.mark.parametrize("qui", ["agent", "superviseur", "dpo", "administrateur"])
def test_brouillon_a_signer_terminee_ne_donnent_rien(monde: Monde, qui: str):
    """A-21: beyond the border, three conventions that give no right today; the papers alone are seen."""
    compte = monde.comptes[f"{qui}@"]
    filtres = {
        Compte: DE_METZ,
        Contreseing: {"compte__partenaire__nom": "Metz Métropole"},
        Partenaire: {"nom": "Metz Métropole"},
        Convention: DE_METZ,
    } | {modele: DE_METZ for modele in (DemandeHabilitation, Revue, Demande, DemandeDroits, Violation)}
    vus = {
        modele
        for modele, filtre in filtres.items()
        if modele.objects.visibles_par(compte).filter(**filtre).exists()
    }
    assert vus == {Convention}
    statuts = set(Convention.objects.visibles_par(compte).filter(**DE_METZ).values_list("statut", flat=True))
    assert {"brouillon", "a_signer"} < statuts
    lignes = lignes_visibles_par(compte).filter(partenaire=monde.comptes["gestionnaire"].partenaire_id)
    assert not lignes.exclude(compte=monde.comptes["administrateur@"].pk).exists()
