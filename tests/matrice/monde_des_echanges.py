"""The exchanges of files of the world: flows, deposits in each state, a recovery (monde.py)."""

from typing import Any

from echanges.actions import recuperation
from echanges.actions.reception import recevoir_fichier
from echanges.models.recuperation import DossierIndu
from socle import horloge
from tests.echanges import fabrique as echanges
from tests.echanges import indus


def installer(monde: Any, convention: Any) -> None:
    """Flows, what lets exchange them, and a deposit at each of its steps: T deposits, A reads, the others look on."""
    comptes, objets = monde.comptes, monde.objets
    part = convention.participations.select_related("caisse", "convention", "partenaire").get()
    echanges.convenir(
        part,
        comptes["administrateur"],
        "indu",
        "mtp-mensuel",
        "mtp-nouveaux",
        "pch-actp",
        "recuperation",
        "eps-inscriptions",
    )
    echanges.autoriser(part, comptes["administrateur"], comptes["technicien"], comptes["agent"])
    echanges.signer(part, comptes["technicien"], comptes["agent"])
    echanges.ouvrir_les_boites(part, comptes["administrateur"])
    scene = echanges.Scene(part, comptes["technicien"], comptes["agent"], comptes["administrateur"])
    with echanges.antivirus_content():
        depots = {
            "ouvert": echanges.ouvrir(scene)[0],
            "refuse": _refuse(scene),
            "a-confirmer": echanges.recevoir(scene, dossier="D-2"),
            "depose": echanges.deposer(scene, contenu=echanges.csv("indu", echanges.indu(dossier="N-3")))[0],
        }
        [dossier] = indus.dossiers(scene, {})
        eps = echanges.csv(
            "eps-inscriptions", {"structure": "Le CCAS", "accord_le": f"{part.caisse.jour:%d/%m/%Y}"}
        )
        depots["pch"] = _liste_pch(scene)
        depots["eps"] = echanges.deposer(scene, "eps-inscriptions", eps)[0]
    _mandater(dossier, scene, comptes["superviseur"])
    objets["dossier"] = {"cle": dossier.reference}
    objets["acte-indus"] = {"cle": dossier.depot.reference}
    for nom, depot in depots.items():
        objets[f"depot-{nom}"] = {"reference": depot.reference}
        objets[f"acte-{nom}"] = {"cle": depot.reference}
    objets |= {
        "echange": {"reference": convention.reference, "caisse": part.caisse.code},
        "echange-convention": {"reference": convention.reference},
        "flux-indu": {"cle": scene.flux("indu").pk},
        "flux-mensuel": {"cle": scene.flux("mtp-mensuel").pk},
        "modele-de-flux": {"flux": scene.flux("indu").pk},
        "part-flux": objets["part"] | {"flux": scene.flux("recuperation").pk},
        "autorisation": objets["part"] | {"autorisation": part.autorisations.get(cote="caisse").pk},
        "boite": objets["part"] | {"boite": part.boites.get(cote="caisse").pk},
    }


def _refuse(scene: echanges.Scene) -> Any:
    """A deposit whose file had a fault."""
    depot, _ = echanges.ouvrir(scene)
    contenu = echanges.csv("indu", echanges.indu(montant="douze"))
    recevoir_fichier(par=depot.ouvert_par, depot=depot, nom="indus.csv", contenu=contenu)
    return depot


def _liste_pch(scene: echanges.Scene) -> Any:
    """A list whose one person resembles a beneficiary."""
    ligne = {
        "prenoms": "Elodie",
        "naissance": "28/03/1955",
        "prestation": "PCH",
        "debut": "01/01/2026",
        "montant_mensuel": "600,00",
    }
    return echanges.deposer(scene, "pch-actp", echanges.csv("pch-actp", ligne))[0]


def _mandater(dossier: DossierIndu, scene: echanges.Scene, second: Any) -> None:
    """A mandate signed by two persons; the second one has lost his authorisation since."""
    recuperation.declarer_compte(par=scene.administrateur, participation=scene.participation, **indus.RIB)
    recuperation.calculer_retenue(par=scene.agent, dossier=dossier)
    recuperation.preparer_mandat(par=scene.agent, dossier=dossier)
    DossierIndu.objects.filter(pk=dossier.pk).update(
        statut="mandate",
        signe_le=horloge.maintenant(),
        signe_par=second,
        compte_payeur=scene.participation.comptes_payeurs.get(),
    )
