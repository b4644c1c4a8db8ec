"""A deposit from its opening to its reading, and what stands nowhere afterwards (E-02, E-03, E-09)."""

import hashlib
import io
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from conformite.models.journal import LigneJournal
from conformite.scellement import Illisible
from echanges.actions import depots, lecture, reception
from echanges.models.depots import Depot, EtapeDepot, FichierDepose, LotDeLignes, StatutDepot
from fichiers import stockage
from socle.courriels import SECRET, envoyer_courriels
from socle.models import CourrielSortant
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer, indu, ouvrir, recharge


def lire(sc: Scene, depot: Depot, mot_de_passe: str) -> bytes:
    _, morceaux = lecture.lire_depot(par=sc.agent, depot=recharge(depot), mot_de_passe=mot_de_passe)
    return b"".join(morceaux)


def test_the_whole_way(scene: Scene):
    """E-02, E-09: password, file, announcement, reading; both digests are those of the bytes."""
    contenu = csv("indu", indu(), indu(dossier="N-13", montant="49,50"))
    depot, mot_de_passe = deposer(scene, contenu=contenu)
    assert depot.statut == StatutDepot.DEPOSE
    assert depot.lignes == 2
    assert depot.resume["total"] == 1300_00
    remis = lire(scene, depot, mot_de_passe.lower().replace("-", " "))
    depot = recharge(depot)
    assert depot.empreinte_recue == hashlib.sha256(contenu).hexdigest()
    assert depot.empreinte_servie == hashlib.sha256(remis).hexdigest()
    assert (depot.lu_par, depot.lu_le is not None) == (scene.agent, True)
    assert b"Larivandi" in zipfile.ZipFile(io.BytesIO(remis)).read("content.xml")
    assert [une.quoi for une in depot.etapes.order_by("quand", "pk")] == [
        *("ouvert", "mot-de-passe-parti", "recu", "annonce", "lu")
    ]


def test_the_proof_says_both_digests_and_every_step(scene: Scene, connecte):
    """E-02: what was refused too, with its rows; the sizes, who read and when."""
    depot, mot_de_passe = ouvrir(scene)
    faux = csv("indu", indu(montant="douze"), indu(dossier="N-13"), indu(dossier="N-14", debut="hier"))
    for contenu in (faux, b"%PDF-1.7", csv("indu", indu())):
        with suppress(ValidationError):
            reception.recevoir_fichier(
                par=scene.technicien, depot=recharge(depot), nom="a.csv", contenu=contenu
            )
    depots.confirmer_depot(par=scene.technicien, depot=recharge(depot))
    lire(scene, depot, mot_de_passe)
    depot = recharge(depot)
    preuve = connecte(scene.technicien).get(f"/echanges/depots/{depot.reference}/preuve.pdf").content
    texte = "".join(une.extract_text() for une in PdfReader(io.BytesIO(preuve)).pages)
    colle, dit = re.sub(r"\s", "", texte), " ".join(texte.split())
    assert depot.empreinte_recue in colle and depot.empreinte_servie in colle
    assert "1 prise, aucune refusée" in dit and "Fichier refusé au contrôle : 2 lignes à corriger" in dit
    assert (
        dit.count("Fichier refusé au contrôle") == 2 and "Fichier reçu, contrôlé et scellé : 1 ligne" in dit
    )
    assert scene.agent.nom_complet in dit


def test_no_file_before_the_password_mail_is_sent(scene: Scene):
    """E-09: whatever the page says; the order is proved by the journal and by the base itself."""
    depot = depots.ouvrir_depot(
        par=scene.technicien, flux=scene.flux("indu"), periode=scene.participation.caisse.jour.isoformat()
    )
    with pytest.raises(ValidationError, match="pas encore parti"):
        reception.recevoir_fichier(
            par=scene.technicien, depot=recharge(depot), nom="a.csv", contenu=csv("indu", indu())
        )
    with pytest.raises(IntegrityError, match="depot_mot_de_passe_avant"), transaction.atomic():
        Depot.objects.filter(pk=depot.pk).update(recu_le=depot.ouvert_le)
    envoyer_courriels()
    reception.recevoir_fichier(
        par=scene.technicien, depot=recharge(depot), nom="a.csv", contenu=csv("indu", indu())
    )
    assert not CourrielSortant.objects.filter(gabarit="echanges/annonce").exists()
    depots.confirmer_depot(par=scene.technicien, depot=recharge(depot))
    actes = LigneJournal.objects.filter(reference=depot.reference).order_by("pk")
    assert list(actes.values_list("acte", flat=True)) == ["depot.ouvrir", "depot.recevoir", "depot.annoncer"]
    assert actes[1].details["mot_de_passe_parti_le"] <= actes[1].quand.isoformat()
    assert CourrielSortant.objects.get(gabarit="echanges/annonce").destinataire == fabrique.BOITES["caisse"]


def test_a_mailbox_that_refuses_stops_the_deposit(scene: Scene, connecte):
    """E-09: nothing left, nothing comes; the depositor is told, and abandons."""
    depot = depots.ouvrir_depot(
        par=scene.technicien, flux=scene.flux("indu"), periode=scene.participation.caisse.jour.isoformat()
    )
    CourrielSortant.objects.filter(pk=depot.courriel_id).update(
        abandonne_le=depot.ouvert_le, secret_scelle=None
    )
    client = connecte(scene.technicien)
    assert (
        "a refusé le mot de passe"
        in client.get(f"/echanges/depots/{depot.reference}/fichier/").content.decode()
    )
    with pytest.raises(ValidationError, match="pas encore parti"):
        reception.recevoir_fichier(
            par=scene.technicien, depot=recharge(depot), nom="a.csv", contenu=csv("indu", indu())
        )
    client.post(f"/echanges/depots/{depot.reference}/retirer/", {"raison": "abandon"})
    assert recharge(depot).statut == StatutDepot.RETIRE


def test_the_password_is_nowhere_afterwards(
    scene: Scene, caplog: pytest.LogCaptureFixture, stockage_a_soi: Path
):
    """E-09: not in a table, not in the store, not in a log; the row of its mail keeps its place only."""
    depot, mot_de_passe = deposer(scene)
    lire(scene, depot, mot_de_passe)
    courriel = CourrielSortant.objects.get(pk=depot.courriel_id)
    assert courriel.secret_scelle is None
    assert SECRET in courriel.corps
    nus = {mot_de_passe, mot_de_passe.replace("-", "")}
    assert not any(nu in caplog.text for nu in nus)
    with connection.cursor() as curseur:
        for table in connection.introspection.table_names(curseur):
            curseur.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (our own tables)
            for (ligne,) in curseur.fetchall():
                assert not any(nu in ligne or nu.encode().hex() in ligne for nu in nus), table
    octets = b"".join(un.read_bytes() for un in stockage_a_soi.rglob("*") if un.is_file())
    assert octets and not any(nu.encode() in octets for nu in nus)
    partis = [un for un in mail.outbox if mot_de_passe in un.body]
    assert [un.to for un in partis] == [[fabrique.BOITES["caisse"]]]
    assert "http" not in partis[0].body and "Larivandi" not in partis[0].body


def test_the_file_asks_for_base_keys_and_password(scene: Scene):
    """E-09: with the base and every key of the portal, the rows are read, the file is not."""
    depot, mot_de_passe = deposer(scene)
    fichier = FichierDepose.objects.select_related("depot__flux").get(depot=depot)
    lot = LotDeLignes.objects.get(depot=depot)
    assert depot.ouvrir(bytes(lot.scelle), "lignes:0")[0][0] == "Larivandière"
    with pytest.raises(Illisible):
        stockage.lire(fichier.proprietaire, fichier.emplacement)
    with pytest.raises(Illisible):
        stockage.lire(depot, fichier.emplacement)
    # The password alone: the envelope is sealed by the deposit, whose key dies with its term.
    depot.cle_enveloppee = b""
    with pytest.raises(Illisible):
        depot.ouvrir_octets(bytes(depot.contenu_enveloppe), "contenu")
    assert lire(scene, depot, mot_de_passe)


def test_five_tries_then_fifteen_minutes_even_for_the_right_one(scene: Scene, time_machine_):
    """E-02: counted, both sides told, locked whatever is typed, then open again."""
    depot, mot_de_passe = deposer(scene)
    for _ in range(4):
        with pytest.raises(ValidationError, match="pas le mot de passe"):
            lire(scene, depot, "FAUX")
    with pytest.raises(ValidationError, match="bloquée"):
        lire(scene, depot, "FAUX")
    with pytest.raises(ValidationError, match="bloquée"):
        lire(scene, depot, mot_de_passe)
    dits = CourrielSortant.objects.filter(gabarit="echanges/bloque").values_list("destinataire", flat=True)
    assert set(dits) == {*fabrique.BOITES.values(), scene.technicien.email}
    time_machine_(minutes=16)
    assert lire(scene, depot, mot_de_passe)
    assert depot.etapes.filter(quoi=EtapeDepot.Quoi.ESSAI_FAUX).count() == 5


def test_the_same_file_twice_is_refused(scene: Scene):
    """E-03: as long as the first one stands; once taken back, it may come again."""
    premier, _ = deposer(scene)
    second, _ = ouvrir(scene)
    with pytest.raises(ValidationError, match=premier.reference):
        reception.recevoir_fichier(
            par=scene.technicien, depot=second, nom="b.csv", contenu=csv("indu", indu())
        )
    depots.retirer_depot(par=scene.technicien, depot=premier, raison="mot-de-passe")
    assert (
        reception.recevoir_fichier(
            par=scene.technicien, depot=recharge(second), nom="b.csv", contenu=csv("indu", indu())
        ).problemes
        == []
    )


def test_withdrawn_after_reading(scene: Scene):
    """E-03: file and rows go at once, the history stays, the other side is told."""
    depot, mot_de_passe = deposer(scene)
    lire(scene, depot, mot_de_passe)
    depots.retirer_depot(par=scene.technicien, depot=recharge(depot), raison="mauvais-fichier")
    depot = recharge(depot)
    assert not FichierDepose.objects.exists() and not LotDeLignes.objects.exists()
    assert depot.etapes.filter(quoi="lu").exists()
    with pytest.raises(ValidationError, match="n’en est plus là"):
        lire(scene, depot, mot_de_passe)
    retrait = CourrielSortant.objects.get(gabarit="echanges/retire")
    assert retrait.destinataire == fabrique.BOITES["caisse"] and "mauvais fichier" in retrait.corps


def test_replaced_with_a_reason(scene: Scene):
    """E-03: the former one goes when the new one is confirmed, not before; both keep their history."""
    ancien, _ = deposer(scene)
    neuf, _ = ouvrir(scene, remplace=ancien, raison="erreur", periode=ancien.periode)
    reception.recevoir_fichier(
        par=scene.technicien, depot=neuf, nom="b.csv", contenu=csv("indu", indu(montant="10"))
    )
    assert recharge(ancien).statut == StatutDepot.DEPOSE
    depots.confirmer_depot(par=scene.technicien, depot=recharge(neuf))
    ancien = recharge(ancien)
    assert (ancien.statut, ancien.raison) == (StatutDepot.REMPLACE, "erreur")
    assert ancien.etapes.count() == 5


def test_no_mail_holds_a_person(scene: Scene):
    """D-14: a reference, a flow, a period; never a name nor the name of a file."""
    depot, mot_de_passe = deposer(scene)
    lire(scene, depot, mot_de_passe)
    depots.retirer_depot(par=scene.technicien, depot=recharge(depot), raison="erreur")
    textes = CourrielSortant.objects.filter(gabarit__startswith="echanges/").values_list("sujet", "corps")
    assert len(textes) >= 6
    assert not any(
        mot in texte
        for un in textes
        for texte in un
        for mot in ("Larivandi", "lodie", "Colmar", "indus.csv", "1955")
    )
