"""The conventions of the demonstration, read from demonstration.toml beside this module.

Three functions, from the data to the rows: `caisses_de_demonstration()`, `partenaires_de_demonstration()` and
`conventions_de_demonstration()` return plain descriptions; `installer()` passes them all through the actions
(creer_caisse, creer_partenaire, rediger_convention, mettre_a_la_signature, signer) and returns the rows by code.
The référentiels must be loaded before (`charger_referentiels`).
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from caisses.actions import creer_caisse, definir_vecteurs
from caisses.models import Caisse, Motif
from conventions import clauses, regles
from conventions.actions.conventions import (
    Ouverture,
    SignataireSaisi,
    mettre_a_la_signature,
    rediger_convention,
)
from conventions.actions.fiches import ajouter_referent, renouveler_code
from conventions.actions.partenaires import creer_partenaire
from conventions.actions.signatures import signer
from conventions.models.conventions import Convention
from conventions.models.partenaires import Partenaire
from conventions.models.suites import Document, Partie
from conventions.parametres import PARAMETRES
from demonstration import distribution
from socle.acteurs import MACHINE

_DONNEES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class ConventionDemo:
    """One convention of the demonstration, on a given day."""

    source: str
    reference: str
    objet: str
    # Codes of the structure and of the caisses, as in the other two lists
    partenaire: str
    caisses: tuple[str, ...]
    services: tuple[str, ...]
    motifs_eteints: tuple[str, ...]
    documents_par_portail: bool
    parametres: dict[str, Any]
    signataires_partenaire: tuple[dict[str, Any], ...]
    signataires_caisse: tuple[dict[str, Any], ...]
    signataire_commun: bool
    referents: tuple[dict[str, Any], ...]
    code_confidentiel: bool
    # Beside the clauses proposed d’office, and less these (C-19)
    clauses_ajoutees: tuple[str, ...]
    clauses_otees: tuple[str, ...]
    # Day of the last signature, and of the one of the convention d’utilisation where it is a document of its own
    signee_le: dt.date
    utilisation_signee_le: dt.date | None


def caisses_de_demonstration() -> list[dict[str, Any]]:
    """Return the keyword arguments of `creer_caisse`, one dict per caisse."""
    return [dict(ligne) for ligne in _DONNEES["caisse"]]


def partenaires_de_demonstration() -> list[dict[str, Any]]:
    """Return the keyword arguments of `creer_partenaire`, one dict per structure, plus its `code`."""
    return [dict(ligne) for ligne in _DONNEES["partenaire"]]


def conventions_de_demonstration(jour: dt.date) -> list[ConventionDemo]:
    """Return the conventions with their parameters, their dates set so that all are in force on `jour`."""
    return [_lire(ligne, jour) for ligne in _DONNEES["convention"]]


@transaction.atomic
def installer(jour: dt.date) -> tuple[dict[str, Caisse], dict[str, Partenaire], dict[str, Convention]]:
    """Create everything through the actions; return caisses and structures by code, conventions by reference."""
    caisses = {
        ligne["code"]: creer_caisse(par=MACHINE, domaines=[distribution.DOMAINE], **ligne)
        for ligne in caisses_de_demonstration()
    }
    for caisse in caisses.values():
        definir_vecteurs(par=MACHINE, caisse=caisse, vecteurs=_vecteurs(caisse))
    partenaires = {}
    for ligne in partenaires_de_demonstration():
        code = ligne.pop("code")
        partenaires[code] = creer_partenaire(par=MACHINE, **ligne)
    conventions = {}
    for demo in conventions_de_demonstration(jour):
        conventions[demo.reference] = _creer(demo, partenaires[demo.partenaire], caisses)
    return caisses, partenaires, conventions


def _vecteurs(caisse: Caisse) -> list[dict[str, object]]:
    """Return the channels of a caisse, with its own number and address (I-02)."""
    propres = {"telephone": caisse.telephone, "courriel": caisse.courriel, "code": caisse.code}
    return [
        {
            nom: dit.format(**propres) if isinstance(dit, str) else dit
            for nom, dit in ligne.items()
            if nom != "caisses"
        }
        for ligne in _DONNEES["vecteur"]
        if caisse.code in ligne.get("caisses", [caisse.code])
    ]


def _lire(ligne: dict[str, Any], jour: dt.date) -> ConventionDemo:
    echeance = jour + dt.timedelta(days=ligne["echeance_dans_jours"])
    signee_le = regles.plus_mois(echeance, -ligne["duree_mois"] * ligne["annees"])
    apres = ligne.get("utilisation_signee_apres_jours")
    return ConventionDemo(
        source=ligne["source"],
        reference=ligne["reference"],
        objet=ligne["objet"],
        partenaire=ligne["partenaire"],
        caisses=tuple(ligne["caisses"]),
        services=tuple(ligne["services"]),
        motifs_eteints=tuple(ligne.get("motifs_eteints", ())),
        documents_par_portail=ligne.get("documents_par_portail", False),
        parametres={nom: ligne[nom] for nom in PARAMETRES if nom in ligne},
        signataires_partenaire=tuple(ligne.get("signataires_partenaire", ())),
        signataires_caisse=tuple(ligne.get("signataires_caisse", ({"qualite": "Directeur"},))),
        signataire_commun=ligne.get("signataire_commun", False),
        referents=tuple(ligne.get("referents", ())),
        code_confidentiel=ligne.get("code_confidentiel", False),
        clauses_ajoutees=tuple(ligne.get("clauses_ajoutees", ())),
        clauses_otees=tuple(ligne.get("clauses_otees", ())),
        signee_le=signee_le,
        utilisation_signee_le=None if apres is None else signee_le + dt.timedelta(days=apres),
    )


def _creer(demo: ConventionDemo, partenaire: Partenaire, caisses: dict[str, Caisse]) -> Convention:
    motifs = list(Motif.objects.filter(service__in=demo.services).exclude(pk__in=demo.motifs_eteints))
    convention = rediger_convention(
        par=MACHINE,
        partenaire=partenaire,
        objet=demo.objet,
        reference=demo.reference,
        ouvertures=[
            Ouverture(
                caisses[code],
                motifs,
                documents_par_portail=demo.documents_par_portail,
                documents_titres=[partenaire.type] if demo.documents_par_portail else [],
            )
            for code in demo.caisses
        ],
        signataires=_signataires(demo, partenaire, caisses),
        clauses=clauses_de(demo, partenaire),
        **demo.parametres,
    )
    for referent in demo.referents:
        caisse = caisses[demo.caisses[0]] if referent["partie"] == Partie.CAISSE else None
        ajouter_referent(par=MACHINE, convention=convention, caisse=caisse, **referent)
    convention = mettre_a_la_signature(par=MACHINE, convention=convention)
    for signataire in convention.signataires.all():
        signer(par=MACHINE, signataire=signataire, le=demo.signee_le)
    if demo.utilisation_signee_le is not None:
        for signataire in convention.signataires.exclude(partie=Partie.AUTRE):
            signer(
                par=MACHINE,
                signataire=signataire,
                le=demo.utilisation_signee_le,
                document=Document.UTILISATION,
            )
    if demo.code_confidentiel:
        for participation in convention.participations.all():
            renouveler_code(par=MACHINE, participation=participation)
    convention.refresh_from_db()
    return convention


def clauses_de(demo: ConventionDemo, partenaire: Partenaire) -> list[dict[str, Any]]:
    """Return the clauses of a convention of the demonstration, in the order of the library (C-19)."""
    return [
        clauses.choisir(une, une.version)
        for une in clauses.proposees(demo.objet, partenaire)
        if une.pk in demo.clauses_ajoutees or (une.d_office and une.pk not in demo.clauses_otees)
    ]


def _signataires(
    demo: ConventionDemo, partenaire: Partenaire, caisses: dict[str, Caisse]
) -> list[SignataireSaisi]:
    propres = demo.signataires_partenaire or (
        {"qualite": partenaire.representant_qualite, "nom": partenaire.representant},
    )
    return [
        *(
            SignataireSaisi(
                Partie.PARTENAIRE,
                ligne["qualite"],
                nom=ligne.get("nom", ""),
                acte=ligne.get("acte", ""),
                **_acte(demo, ligne),
            )
            for ligne in propres
        ),
        *(
            SignataireSaisi(Partie.CAISSE, ligne["qualite"], caisse=premiere, aussi_pour=aussi_pour)
            for premiere, *aussi_pour in _signent(demo, caisses)
            for ligne in demo.signataires_caisse
        ),
        *(
            SignataireSaisi(Partie.AUTRE, "Directeur", organisme=organisme)
            for organisme in demo.parametres.get("autres_signataires", ())
        ),
    ]


def _acte(demo: ConventionDemo, ligne: dict[str, Any]) -> dict[str, Any]:
    """Return the deliberation that empowers, its days counted back from the signature (C-22)."""
    jours = {
        "acte_le": "acte_jours_avant",
        "acte_transmis_le": "transmis_jours_avant",
        "accuse_le": "accuse_jours_avant",
    }
    return {
        **{nom: ligne[nom] for nom in ("acte_organe", "acte_numero", "accuse_numero") if nom in ligne},
        **{nom: demo.signee_le - dt.timedelta(days=ligne[cle]) for nom, cle in jours.items() if cle in ligne},
    }


def _signent(demo: ConventionDemo, caisses: dict[str, Caisse]) -> list[list[Caisse]]:
    """Return for which caisses each person signs: all of them at once, or one (C-22)."""
    engagees = [caisses[code] for code in demo.caisses]
    return [engagees] if demo.signataire_commun else [[caisse] for caisse in engagees]
