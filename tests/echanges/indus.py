"""Indus and beneficiaries of the tests: a right opened three months ago, paid next month."""

import datetime as dt

from echanges.actions import recuperation as actes
from echanges.models.recuperation import DossierIndu
from tests.echanges.fabrique import Scene, csv, deposer, indu

RIB = {"banque": "20041", "guichet": "01005", "compte": "0500013M026", "cle": "06"}


def jours(scene: Scene) -> dict[str, dt.date]:
    """The first days of the months around today: the right opened three months ago, is paid next month."""
    mois = scene.participation.caisse.jour.replace(day=1)
    il_y_a = [mois]
    for _ in range(4):
        il_y_a.append((il_y_a[-1] - dt.timedelta(days=1)).replace(day=1))
    suivant = (mois + dt.timedelta(days=32)).replace(day=5)
    return {"-1": il_y_a[1], "-2": il_y_a[2], "-3": il_y_a[3], "+1": suivant}


def beneficiaire(scene: Scene, **champs: str) -> dict[str, str]:
    j = jours(scene)
    return {
        "decision": f"{scene.participation.caisse.jour:%d/%m/%Y}",
        "ouverture": f"{j['-3']:%d/%m/%Y}",
        "montant_mensuel": "1200,00",
        "premier_versement": f"{j['+1']:%d/%m/%Y}",
    } | champs


def un_indu(scene: Scene, **champs: str) -> dict[str, str]:
    j = jours(scene)
    fin = (j["-2"] - dt.timedelta(days=1)).replace(day=28)
    return indu(debut=f"{j['-3']:%d/%m/%Y}", fin=f"{fin:%d/%m/%Y}", montant="800,00") | champs


def dossiers(
    scene: Scene, *indus: dict[str, str], beneficiaires: tuple[dict[str, str], ...] = ({},)
) -> list[DossierIndu]:
    """Deposit beneficiaries and indus, and open the dossiers."""
    deposer(scene, "mtp-nouveaux", csv("mtp-nouveaux", *(beneficiaire(scene) | un for un in beneficiaires)))
    depot, _ = deposer(scene, contenu=csv("indu", *(un_indu(scene) | un for un in indus)))
    actes.ouvrir_dossiers(par=scene.agent, depot=depot)
    return list(
        DossierIndu.objects.select_related("depot__flux", "depot__participation", "caisse").order_by("rang")
    )


def relu(dossier: DossierIndu) -> DossierIndu:
    return DossierIndu.objects.select_related("depot__flux", "depot__participation", "caisse").get(
        pk=dossier.pk
    )
