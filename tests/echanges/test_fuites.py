"""No mail, no file name, no line of journal nor of log holds a person, whatever the flow (D-14, R-04)."""

import json
import logging

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from conformite.models.journal import LigneJournal
from echanges import catalogue
from echanges.actions import depots, lecture, reception
from echanges.echeances import faire_ce_qui_est_du
from echanges.models.depots import Depot
from socle.models import CourrielSortant
from tests.echanges.fabrique import Scene, csv, deposer, indu, ouvrir, recharge

MOTS = ("Zwickelmann", "Cunégonde", "19/02/1947", "1947-02-19", "Wintzenheim", "0389000009", "DOSSIER-SECRET")
QUI = {"nom": "Zwickelmann", "prenoms": "Cunégonde", "naissance": "19/02/1947", "commune": "Wintzenheim"}
ANNEE = {une.code: "100" for une in catalogue.flux()["mtp-annuel"].colonnes[1:13]}


def ligne(code: str, scene: Scene) -> tuple[dict[str, str], str]:
    """A right row of a flow, and the period of its deposit."""
    jour = scene.participation.caisse.jour
    mois, an = f"{jour:%Y-%m}", f"{jour.year - 1}"
    periodes = {"mtp-mensuel": mois, "mtp-annuel": an}
    lignes = {
        "mtp-nouveaux": {"decision": "01/09/2026", "ouverture": "01/09/2026", "montant_mensuel": "1", "premier_versement": "01/12/2026"},
        "mtp-mensuel": {"mois": mois, "a_verser": "12", "premier_versement": "oui"},
        "mtp-annuel": ANNEE | {"annee": an, "total": "1200"},
        "mtp-modification": {"ancien": "1", "nouveau": "2", "effet": "01/09/2026", "cause": "révision"},
        "pch-actp": {"prestation": "PCH", "debut": "01/09/2026", "montant_mensuel": "3"},
        "indu": indu(dossier="DOSSIER-SECRET"),
        "recuperation": {"retenu": "1", "mandat": "DOSSIER-SECRET", "mandat_le": "01/09/2026", "solde": "0"},
        "eps-inscriptions": {"telephone": "03 89 00 00 09", "accord_le": "01/09/2026"},
    }  # fmt: skip
    return lignes[code] | QUI, periodes.get(code, "")


@pytest.mark.parametrize("code", catalogue.flux())
def test_nothing_of_a_person_gets_out(
    scene: Scene, connecte, caplog: pytest.LogCaptureFixture, code: str, time_machine_
):
    """Refused once, sent, previewed, read wrongly and rightly, recalled, replaced, withdrawn: by pages and jobs."""
    caplog.set_level(logging.DEBUG)
    une, periode = ligne(code, scene)
    de = scene.technicien if catalogue.flux()[code].de == "partenaire" else scene.agent
    vers = scene.agent if de is scene.technicien else scene.technicien
    depot, mot_de_passe = ouvrir(scene, code, periode=periode)
    contenu = csv(code, une | {"naissance": "31/02/1947"})
    assert reception.recevoir_fichier(par=de, depot=depot, nom="Zwickelmann.csv", contenu=contenu).problemes
    with pytest.raises(ValidationError):
        reception.recevoir_fichier(
            par=de, depot=depot, nom="Zwickelmann.csv", contenu=b"%PDF-1.7 Zwickelmann"
        )
    lu = reception.recevoir_fichier(par=de, depot=depot, nom="Zwickelmann.csv", contenu=csv(code, une))
    assert lu.problemes == []
    assert (
        "Zwickelmann" in connecte(de).get(reverse("depot-confirmer", args=[depot.reference])).content.decode()
    )
    depots.confirmer_depot(par=de, depot=recharge(depot))
    adresse = reverse("depot-lecture", args=[depot.reference])
    assert connecte(vers).post(adresse, {"mot_de_passe": "Zwickelmann"}).status_code == 422
    remis = connecte(vers).post(adresse, {"mot_de_passe": mot_de_passe})
    assert remis.streaming and b"".join(remis.streaming_content)
    time_machine_(days=8)
    faire_ce_qui_est_du()
    depots.retirer_depot(par=de, depot=recharge(depot), raison="erreur")
    sortis = [
        remis["Content-Disposition"],
        caplog.text,
        *(f"{un.sujet} {un.corps} {un.chemin}" for un in CourrielSortant.objects.all()),
        *(json.dumps([un.details, un.reference, un.citees]) for un in LigneJournal.objects.all()),
    ]
    assert [mot for mot in MOTS for texte in sortis if mot in texte] == []


def test_the_base_refuses_by_itself(scene: Scene):
    """E-02, E-03, E-09: the order of a deposit, its reason, its reading, the same file once."""
    depot, mot_de_passe = deposer(scene)
    lecture.lire_depot(par=scene.agent, depot=depot, mot_de_passe=mot_de_passe)
    autre, _ = ouvrir(scene)
    essais = [
        ("depot_mot_de_passe_avant", depot, {"mot_de_passe_parti_le": None}),
        ("depot_fichier_avant_annonce", depot, {"recu_le": None}),
        ("depot_depose_annonce", autre, {"statut": "depose"}),
        ("depot_retire_a_sa_raison", depot, {"statut": "retire"}),
        ("depot_retire_a_sa_raison", depot, {"raison": "erreur"}),
        ("depot_lu_paire", depot, {"lu_par": None}),
    ]
    for contrainte, lequel, champs in essais:
        with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
            Depot.objects.filter(pk=lequel.pk).update(**champs)
    with pytest.raises(IntegrityError, match="courriel_secret_efface"), transaction.atomic():
        CourrielSortant.objects.filter(pk=depot.courriel_id).update(secret_scelle=b"x")
