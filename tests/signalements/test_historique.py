"""The history of a structure: mine and the others', filters, counts, sort, export without identity (D-09)."""

import csv
import datetime as dt
import html
import io
import re
import zipfile

import pytest

from accounts.actions.comptes import inactiver
from conformite.models.journal import LigneJournal
from signalements.actions import instruction
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant
from tests import distribution
from tests.distribution import connecte
from tests.signalements.fabrique import ASSURE, demande_en, deposer, dernier_courriel

LIGNE = re.compile(r"D\d\d-\w{4}-\w{4}(?=</a>)")


def lire(compte, adresse: str = "/demandes/") -> str:
    return html.unescape(connecte(compte).get(adresse).content.decode())


def lignes(page: str) -> set[str]:
    return set(LIGNE.findall(page))


def cartes(compte) -> dict[str, tuple[int, str]]:
    """The figures of the home page: title -> count, address."""
    page = lire(compte, "/")
    trouvees = re.findall(
        r'<a href="([^"]*)">\s*<span class="carte__compte">(\d+)</span>\s*(?:<span[^>]*>(?:&nbsp;|\s)*</span>)?\s*([^<]+?)\s*</a>',
        page,
    )
    return {titre: (int(nombre), adresse) for adresse, nombre, titre in trouvees}


def retarder(*demandes: Demande) -> None:
    cles = [une.pk for une in demandes]
    Demande.objects.filter(pk__in=cles).update(promise_le=horloge.jour("Europe/Paris") - dt.timedelta(days=3))


def test_m3_les_miennes_d_abord(technicien_metz, collegue_metz):
    """Mine by default, the structure's beside; who deposited and who follows stand on every line."""
    mienne, autre = deposer(technicien_metz), deposer(collegue_metz)
    assert lignes(lire(technicien_metz)) == {mienne.reference}
    page = lire(technicien_metz, "/demandes/?qui=structure")
    assert lignes(page) == {mienne.reference, autre.reference}
    assert page.count(collegue_metz.nom_complet) >= 2
    assert lignes(lire(technicien_metz, f"/demandes/?qui={collegue_metz.pk}")) == {autre.reference}


def test_m3_un_nouveau_n_a_rien_a_faire(technicien_metz, collegue_metz, agent_moselle):
    """A newcomer is told nothing of a colleague's complements, but that the structure has demandes."""
    demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    assert cartes(collegue_metz) == {
        "Dans toute la structure": (1, "/demandes/?filtre=ouvertes&qui=structure")
    }


def test_m3_je_reprends_cette_demande(technicien_metz, collegue_metz, agent_moselle):
    """One press, twice is once: told to the colleague, in the history, and the caisse's messages come to me."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    client = connecte(collegue_metz)
    assert "Je reprends cette demande" in client.get(f"/demandes/{demande.reference}/").content.decode()
    for _ in range(2):
        assert client.post(f"/demandes/{demande.reference}/reprendre/").status_code == 302
    demande.refresh_from_db()
    assert demande.technicien == collegue_metz and demande.deposee_par == technicien_metz
    dit = CourrielSortant.objects.get(gabarit="signalements/reprise_par_un_collegue")
    assert dit.destinataire == technicien_metz.email and ASSURE["nom"] not in dit.corps
    assert LigneJournal.objects.filter(acte="demande.reprendre", reference=demande.reference).count() == 1
    instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    assert dernier_courriel("message_recu").destinataire == collegue_metz.email
    assert "Je reprends" not in client.get(f"/demandes/{demande.reference}/").content.decode()


def test_m3_terminee_elle_n_est_plus_a_reprendre(technicien_metz, collegue_metz, agent_moselle):
    close = demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    assert connecte(collegue_metz).post(f"/demandes/{close.reference}/reprendre/").status_code == 409
    close.refresh_from_db()
    assert close.technicien == technicien_metz


def test_m3_l_absence_d_un_technicien(technicien_metz, collegue_metz, agent_moselle):
    """A colleague has the demandes and the mails while it lasts; he has them no more when it is deleted."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    jour = horloge.jour("Europe/Paris")
    client = connecte(technicien_metz)
    saisie = {"remplacant": collegue_metz.pk, "debut": jour.isoformat(), "fin": jour.isoformat()}
    assert client.post("/demandes/absences/", saisie).status_code == 302
    assert client.post("/demandes/absences/", saisie).status_code == 422
    assert demande.reference in lignes(lire(collegue_metz))
    instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    assert dernier_courriel("message_recu").destinataire == collegue_metz.email
    absence = technicien_metz.absences.get()
    assert connecte(collegue_metz).post(f"/demandes/absences/{absence.pk}/supprimer/").status_code == 403
    assert client.post(f"/demandes/absences/{absence.pk}/supprimer/").status_code == 302
    assert demande.reference not in lignes(lire(collegue_metz))


def test_m3_m11_les_demandes_sans_suivi(technicien_metz, collegue_metz, gestionnaire_metz, agent_moselle):
    """Who follows them left: they stand on the home page until taken; nothing goes to the closed account."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    inactiver(technicien_metz, par=gestionnaire_metz, cause="depart")
    nombre, adresse = cartes(collegue_metz)["Demande sans suivi"]
    assert nombre == 1 and lignes(lire(collegue_metz, adresse)) == {demande.reference}
    CourrielSortant.objects.all().delete()
    instruction.ecrire(demande, texte="Bonjour.", par=agent_moselle)
    recus = {un.destinataire: un.gabarit for un in CourrielSortant.objects.all()}
    assert technicien_metz.email not in recus and recus[gestionnaire_metz.email] == "signalements/sans_suivi"
    connecte(collegue_metz).post(f"/demandes/{demande.reference}/reprendre/")
    assert "Demande sans suivi" not in cartes(collegue_metz)
    assert not CourrielSortant.objects.filter(destinataire=technicien_metz.email).exists()


def test_m2_chaque_chiffre_de_l_accueil_ouvre_sa_liste(technicien_metz, collegue_metz, agent_moselle):
    """As many lines in the list as the card says, late ones included, in one click."""
    for statut in (Statut.EN_ATTENTE, Statut.TRAITEE, Statut.BROUILLON, Statut.EN_COURS, Statut.DEPOSEE):
        demande_en(statut, technicien_metz, agent_moselle)
    retarder(deposer(technicien_metz), deposer(technicien_metz), deposer(collegue_metz))
    chiffres = cartes(technicien_metz)
    assert chiffres["Après la date promise"][0] == 2 and chiffres["En retard dans la structure"][0] == 3
    assert len(chiffres) == 7
    for titre, (nombre, adresse) in chiffres.items():
        assert len(lignes(lire(technicien_metz, adresse))) == nombre, titre


def test_m2_les_filtres_se_combinent(technicien_metz, caisse_moselle, caisse_var, metz):
    """Caisse, motif, urgent, period, and the count of each tab."""
    distribution.creer_convention(metz, caisse_var)
    ici = deposer(technicien_metz, caisse=caisse_moselle)
    la_bas = deposer(technicien_metz, "c2s", caisse_var, raison_portail="autonomie")
    Demande.objects.filter(pk=la_bas.pk).update(
        urgente=True, deposee_le=ici.deposee_le - dt.timedelta(days=40)
    )
    jour = horloge.jour("Europe/Paris") - dt.timedelta(days=20)
    for filtre, attendue in (
        (f"caisse={caisse_var.pk}", la_bas),
        (f"motif={ici.motif_id}", ici),
        ("urgente=on", la_bas),
        (f"du={jour}", ici),
        (f"au={jour}&motif=c2s", la_bas),
        ("urgente=on&motif=" + ici.motif_id, None),
    ):
        page = lire(technicien_metz, f"/demandes/?{filtre}")
        assert lignes(page) == ({attendue.reference} if attendue else set()), filtre
    assert re.search(r"Chez la caisse\s*<span[^>]*>2</span>", lire(technicien_metz))


def test_m2_l_ordre_choisi(technicien_metz, agent_moselle):
    """What waits for me first."""
    attente = demande_en(Statut.EN_ATTENTE, technicien_metz, agent_moselle)
    recente = deposer(technicien_metz)
    assert LIGNE.findall(lire(technicien_metz))[0] == recente.reference
    assert LIGNE.findall(lire(technicien_metz, "/demandes/?tri=a-vous"))[0] == attente.reference


@pytest.mark.parametrize("forme", ["csv", "ods"])
def test_m2_l_export_sans_identite(technicien_metz, collegue_metz, forme):
    """D-09: the list that is shown, references and states, nothing of the person; the journal has it."""
    mienne = deposer(technicien_metz)
    autre = deposer(collegue_metz)
    page = lire(technicien_metz)
    adresse = re.search(rf'href="(/demandes/export/{forme}/[^"]*)"', page)[1]
    contenu = connecte(technicien_metz).get(adresse).content
    if forme == "ods":
        contenu = zipfile.ZipFile(io.BytesIO(contenu)).read("content.xml")
    texte = contenu.decode("utf-8-sig")
    assert mienne.reference in texte and autre.reference not in texte
    for secret in (ASSURE["nom"], ASSURE["prenom"], "1985"):
        assert secret not in texte
    if forme == "csv":
        (une,) = csv.DictReader(io.StringIO(texte), delimiter=";")
        assert (une["Suivie par"], une["État"]) == (technicien_metz.nom_complet, "Déposée")
    lue = LigneJournal.objects.filter(acte="demande.exporter", compte=technicien_metz.pk).latest("pk")
    assert lue.details["export"] == forme


def test_m2_la_fin_d_une_reference(technicien_metz, collegue_metz, agent_moselle):
    """As it is said on the telephone, on both sides, whoever follows it."""
    cherchee, autre = deposer(technicien_metz), deposer(technicien_metz)
    fin = cherchee.reference[4:]
    for compte, adresse in ((collegue_metz, "/demandes/"), (agent_moselle, "/tri/")):
        for saisie in (fin, fin.lower(), fin.replace("-", " "), fin[5:]):
            page = connecte(compte).post(adresse, {"mots": saisie}).content.decode()
            assert cherchee.reference in page and autre.reference not in page, saisie


def test_me_le_rappeler(technicien_metz, collegue_metz, agent_moselle, time_machine):
    """D-09: on the home page of who asked for it, from that day on, with its list; nobody else’s."""
    demande = demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    lendemain = (demande.caisse.jour + dt.timedelta(days=1)).isoformat()
    client = connecte(technicien_metz)
    assert (
        client.post(f"/demandes/{demande.reference}/rappeler/", {"rappeler-le": lendemain}).status_code == 302
    )
    assert "revoir=on" not in client.get("/").content.decode()
    time_machine.move_to(horloge.maintenant() + dt.timedelta(days=1), tick=False)
    client = connecte(technicien_metz)
    [lien] = re.findall(r'href="(/demandes/\?[^"]*revoir=on[^"]*)"', client.get("/").content.decode())
    assert demande.reference in client.get(html.unescape(lien)).content.decode()
    autre = connecte(collegue_metz)
    assert "revoir=on" not in autre.get("/").content.decode()
    assert demande.reference not in autre.get(html.unescape(lien)).content.decode()
