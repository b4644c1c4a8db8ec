"""The exchanges of files of the Haut-Rhin: what is agreed, what was sent, what is late (E-01 to E-11)."""

import datetime as dt
from typing import Any

from accounts.models.compte import Compte
from conventions.models.conventions import Convention, Participation
from demonstration import boite
from echanges import catalogue, tableaux
from echanges.actions.acces import declarer_boite, donner_autorisation, verifier_boite
from echanges.actions.depots import confirmer_depot, ouvrir_depot
from echanges.actions.engagements import MENTION, signer_engagement
from echanges.actions.flux import convenir_flux
from echanges.actions.lecture import lire_depot
from echanges.actions.reception import recevoir_fichier
from echanges.actions.recuperation import declarer_compte
from echanges.models.depots import Depot
from echanges.models.flux import FluxConvenu
from echanges.retenue import cle_rib
from socle import horloge
from socle.courriels import corps_complet
from socle.models import CourrielSortant

REFERENCE = "C22-MDPH-0068"
JOURS = 100
BOITES = {"partenaire": "petra@hautrhin.example", "caisse": "petra.hautrhin@assurance-maladie.example"}
# Invented people: name, first name, birth, commune.
GENS = (
    ("Ourlevent", "Adélaïde", "12/04/1951", "Colmar"),
    ("Brisecaille", "Gontran", "03/09/1948", "Mulhouse"),
    ("Tournebise", "Philomène", "27/01/1962", "Guebwiller"),
    ("Val d’Ambre", "Honorine", "15/11/1957", "Saint-Louis"),
    ("Kestenholtz-Faure", "Ignace", "30/06/1970", "Thann"),
    ("Rondepierre", "Sidonie", "08/02/1944", "Altkirch"),
)


def installer(convention: Convention) -> int:
    """Agree, authorise, sign, then exchange over three months; return how many deposits."""
    comptes = {nom: Compte.objects.get(identifiant=nom) for nom in _COMPTES}
    part = convention.participations.select_related("caisse", "convention", "partenaire").get()
    aujourd_hui = horloge.maintenant()
    with horloge.a_l_instant(aujourd_hui - dt.timedelta(days=JOURS)):
        _convenir(part, comptes)
    agent, technicien = comptes["agent.hautrhin"], comptes["technicien.mdph68"]
    # (days ago, who, flow, rows, who reads it)
    histoire = (
        (75, agent, "mtp-mensuel", _mensuel, technicien),
        (44, agent, "mtp-mensuel", _mensuel, technicien),
        (12, technicien, "indu", _indus, agent),
        (6, technicien, "pch-actp", _pch, agent),
        (4, agent, "mtp-nouveaux", _nouveaux, None),
    )
    for jours, par, code, lignes, lecteur in histoire:
        with horloge.a_l_instant(aujourd_hui - dt.timedelta(days=jours)):
            _echanger(part, par, code, lignes, lecteur)
    return len(histoire)


# An account that no bank has given: only its key is right.
_RIB = {
    "banque": "30001",
    "guichet": "00307",
    "compte": "C6800000000",
    "cle": cle_rib("30001", "00307", "C6800000000"),
}
_COMPTES = ("administrateur.hautrhin", "agent.hautrhin", "superviseur.hautrhin", "technicien.mdph68")


def _convenir(part: Participation, comptes: dict[str, Compte]) -> None:
    par = comptes["administrateur.hautrhin"]
    codes = [code for code in catalogue.flux() if code != "eps-inscriptions"]
    for code in codes:
        convenir_flux(
            par=par, participation=part, code=code, depuis=part.caisse.jour.replace(day=1), rang=10, mois=2
        )
    for nom in _COMPTES[1:]:
        compte = comptes[nom]
        cote = "partenaire" if compte.cote_partenaire else "caisse"
        donner_autorisation(
            par=par, participation=part, cote=cote, courriel=compte.email, flux=codes, debut=part.caisse.jour
        )
    # The superviseur is authorised and has not signed: his home asks him to.
    for nom in ("agent.hautrhin", "technicien.mdph68"):
        signer_engagement(
            par=comptes[nom],
            convention=part.convention,
            fonction=comptes[nom].fonction,
            informateur="Le délégué à la protection des données",
            mention=MENTION,
        )
    declarer_compte(par=par, participation=part, **_RIB)
    for cote, adresse in BOITES.items():
        declaree = declarer_boite(par=par, participation=part, cote=cote, courriel=adresse)
        verifier_boite(par=par, boite=declaree, code=_partir(adresse).split("\n\n")[2].strip())


def _partir(adresse: str) -> str:
    """Have the last mail to this address leave, as the worker does; return what it says."""
    courriel = CourrielSortant.objects.filter(destinataire=adresse).latest("pk")
    corps = corps_complet(courriel)
    boite.garder(courriel.message_id, corps)
    CourrielSortant.objects.filter(pk=courriel.pk).update(envoye_le=horloge.maintenant(), secret_scelle=None)
    return corps


def _echanger(part: Participation, par: Compte, code: str, lignes: Any, lecteur: Compte | None) -> None:
    flux = FluxConvenu.objects.select_related("participation__caisse", "participation__convention").get(
        participation=part, code=code
    )
    jour = part.caisse.jour
    periode = f"{jour:%Y-%m}" if flux.periodicite == "mensuel" else jour.isoformat()
    depot = ouvrir_depot(par=par, flux=flux, periode=periode)
    mot_de_passe = _partir(BOITES[flux.de.autre]).split("\n\n")[2].strip()
    depot = Depot.objects.select_related("flux", "caisse", "courriel", "participation__convention").get(
        pk=depot.pk
    )
    recevoir_fichier(par=par, depot=depot, nom="envoi.csv", contenu=_tableau(code, lignes(jour)))
    confirmer_depot(par=par, depot=depot)
    if lecteur is not None:
        lire_depot(par=lecteur, depot=depot, mot_de_passe=mot_de_passe)


def _tableau(code: str, lignes: list[tuple[str, ...]]) -> bytes:
    titres = tableaux.modele(catalogue.flux()[code].colonnes_de(), "csv").decode("utf-8-sig").strip()
    corps = [
        ";".join([nom, "", prenoms, naissance, commune, *ligne])
        for (nom, prenoms, naissance, commune), ligne in zip(GENS, lignes, strict=False)
    ]
    return "\r\n".join([titres, *corps, ""]).encode()


def _mensuel(jour: dt.date) -> list[tuple[str, ...]]:
    return [(f"{jour:%m/%Y}", f"{1210 + 13 * rang},{rang}0", "non") for rang in range(len(GENS))]


def _nouveaux(jour: dt.date) -> list[tuple[str, ...]]:
    decision, ouverture = jour - dt.timedelta(days=3), (jour - dt.timedelta(days=92)).replace(day=1)
    versement = (jour.replace(day=1) + dt.timedelta(days=40)).replace(day=5)
    return [(f"{decision:%d/%m/%Y}", f"{ouverture:%d/%m/%Y}", "1266,59", f"{versement:%d/%m/%Y}")] * 2


def _pch(jour: dt.date) -> list[tuple[str, ...]]:
    debut = (jour - dt.timedelta(days=400)).replace(day=1)
    return [("PCH", f"{debut:%d/%m/%Y}", "", "618,40")] * len(GENS)


def _indus(jour: dt.date) -> list[tuple[str, ...]]:
    fin = jour.replace(day=1) - dt.timedelta(days=1)
    debut = (fin - dt.timedelta(days=40)).replace(day=1)
    return [("PCH", f"{debut:%d/%m/%Y}", f"{fin:%d/%m/%Y}", "846,40", "PCH-2107")]
