"""The technicien deposits a demande, from the choice of the service to the accusé de réception."""

import datetime as dt
import io
import re
import threading
import uuid

import pytest
from django.db import connection
from pypdf import PdfReader

from conformite.models.journal import LigneJournal
from conformite.scellement import Illisible
from conventions.models.conventions import Convention, Participation
from signalements.depot import actions
from signalements.models.demandes import Demande
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant
from socle.templatetags.portail import date_longue
from tests import distribution
from tests.signalements.fabrique import ASSURE, TEXTE, commencer, deposer

SAISIE = {
    **ASSURE,
    "naissance": "27/03/1985",
    "difficultes": ["droits", "soins"],
    "obstacles": ["complexite"],
    "demarches": ["courrier"],
    "aide": ["droits"],
    "texte": TEXTE,
}
ATTESTATIONS = {"accord": "on", "consentement": "on"}


def ouvrir_brouillon(client, motif: str = "saisine-mas") -> Demande:
    page = client.get("/demandes/nouvelle/moselle/difficulte/").content.decode()
    jeton = re.search(r'name="jeton" value="([0-9a-f-]+)"', page).group(1)
    reponse = client.post("/demandes/nouvelle/moselle/difficulte/", {"jeton": jeton, "motif": motif})
    return Demande.objects.get(reference=reponse.url.split("/")[2])


def test_depot_de_bout_en_bout(connecte, technicien_metz):
    """D-02, D-05, D-07, D-18: caisse, service, motif, fiche, recap; then reference, date and hour on screen, mail and PDF."""
    client = connecte(technicien_metz)
    assert "CPAM" in client.get("/demandes/nouvelle/").content.decode()
    demande = ouvrir_brouillon(client)
    reponse = client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE)
    assert reponse.url == f"/demandes/{demande.reference}/recapitulatif/"
    recap = client.get(reponse.url).content.decode()
    assert "Larivandière" in recap and "27/03/1985" in recap and "Accès aux soins" in recap
    reponse = client.post(reponse.url, ATTESTATIONS)
    assert reponse.url == f"/demandes/{demande.reference}/"
    page = client.get(reponse.url).content.decode()
    assert f"Votre demande est envoyée. Sa référence\xa0: {demande.reference}." in page
    assert "Et maintenant" in page and f"/demandes/nouvelle/?pour={demande.reference}" in page
    demande.refresh_from_db()
    assert date_longue(demande.promise_le) in page
    assert demande.statut == Statut.DEPOSEE
    assert demande.contenu["assure"]["nom"] == "Larivandière"
    courriel = CourrielSortant.objects.get(gabarit="signalements/accuse_reception")
    assert courriel.destinataire == technicien_metz.email and demande.reference in courriel.sujet
    pdf = client.get(f"/demandes/{demande.reference}/accuse-reception.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert LigneJournal.objects.filter(acte="demande.deposer", reference=demande.reference).count() == 1


def test_aucune_donnee_de_la_personne_dans_le_courriel(connecte, technicien_metz):
    """D-14: reference and link only."""
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE)
    client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    courriel = CourrielSortant.objects.get(gabarit="signalements/accuse_reception")
    for donnee in ("Larivandi", "lodie", "1985", TEXTE[:12], "saisine", "Mission"):
        assert donnee not in courriel.corps + courriel.sujet


@pytest.mark.parametrize("manquante", ["accord", "consentement"])
def test_pas_d_attestation_pas_de_depot(connecte, technicien_metz, manquante):
    """D-05: without each attestation nothing is sent, and the page says why."""
    client = connecte(technicien_metz)
    demande = commencer(technicien_metz)
    reponse = client.post(
        f"/demandes/{demande.reference}/recapitulatif/",
        {k: v for k, v in ATTESTATIONS.items() if k != manquante},
    )
    assert reponse.status_code == 422
    assert reponse.context["form"].errors.keys() == {manquante}
    phrases = {"accord": "Sans l’information et l’accord de la personne"}
    assert phrases.get(manquante, "demande l’accord exprès de la personne") in reponse.content.decode()
    assert not CourrielSortant.objects.exists()
    demande.refresh_from_db()
    assert demande.statut == Statut.BROUILLON and demande.deposee_le is None


def test_la_notice_a_remettre_a_la_personne(connecte, technicien_metz, technicien_grimaud):
    """D-05: offered before the sending, as PDF: who reads, how long in this convention, to whom to write; nobody's name."""
    demande = commencer(technicien_metz)
    client = connecte(technicien_metz)
    adresse = f"/demandes/{demande.reference}/notice.pdf"
    for etape in ("brouillon", "recapitulatif"):
        assert f'href="{adresse}"' in client.get(f"/demandes/{demande.reference}/{etape}/").content.decode()
    Convention.objects.filter(participations=demande.participation).update(conservation_mois=3)
    reponse = client.get(adresse)
    assert reponse["Content-Disposition"] == 'attachment; filename="information-de-la-personne.pdf"'
    texte = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(reponse.content)).pages)
    lu = " ".join(texte.split())
    assert demande.caisse.nom in lu and "3 mois après la réception de la demande" in lu
    assert "Larivandière" not in lu and demande.reference not in lu
    assert connecte(technicien_grimaud).get(adresse).status_code == 404


@pytest.mark.parametrize("motif", ["renoncement", "saisine-mas", "service-social", "rdv-eps", "ame"])
def test_m14_l_accord_a_signer(technicien_metz, technicien_grimaud, motif):
    """M14, D-05: one page beside the notice: what is told, to whom, how long, how to take back; nobody's name, no word of health."""
    demande = commencer(technicien_metz, motif)
    client, adresse = distribution.connecte(technicien_metz), f"/demandes/{demande.reference}/accord.pdf"
    for etape in ("brouillon", "recapitulatif"):
        page = client.get(f"/demandes/{demande.reference}/{etape}/")
        assert page.status_code == 302 or f'href="{adresse}"' in page.text
    pages = PdfReader(io.BytesIO(client.get(adresse).content)).pages
    assert len(pages) == 1
    texte = " ".join(pages[0].extract_text().split())
    for mots in (
        "Mon accord",
        demande.partenaire.nom,
        demande.caisse.nom,
        "6 mois",
        "changer d’avis",
        "signature",
    ):
        assert mots in texte
    assert bool(re.search("(caisse|Maladie) (m’appelle|me propose)", texte)) is demande.motif.consentement
    assert "Larivandière" not in texte and not re.search(
        "soin|renonce|malad(?!ie)", texte.replace("santé de ma caisse", "")
    )
    assert distribution.connecte(technicien_grimaud).get(adresse).status_code == 404


def test_un_brouillon_incomplet_ne_part_pas(connecte, technicien_metz):
    client = connecte(technicien_metz)
    demande = commencer(technicien_metz, texte="", aide=[])
    reponse = client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    assert reponse.url == f"/demandes/{demande.reference}/brouillon/"
    demande.refresh_from_db()
    assert demande.statut == Statut.BROUILLON


def test_un_brouillon_incomplet_ne_s_envoie_pas(connecte, technicien_metz):
    """D-05: the recap of what is not complete leads back to the form; nothing is sent."""
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    client.post(f"/demandes/{demande.reference}/brouillon/", {"nom": "Larivandière", "plus-tard": "1"})
    recap = f"/demandes/{demande.reference}/recapitulatif/"
    for reponse in (client.get(recap), client.post(recap, ATTESTATIONS)):
        assert reponse.url == f"/demandes/{demande.reference}/brouillon/"
    assert "Il manque encore des informations" in client.get(reponse.url).text
    demande.refresh_from_db()
    assert demande.statut == Statut.BROUILLON


def test_une_demande_envoyee_n_a_plus_de_recapitulatif(connecte, technicien_metz):
    """D-05: read again in another tab, sent again: its page answers, and it was sent once."""
    client, demande = connecte(technicien_metz), commencer(technicien_metz)
    recap = f"/demandes/{demande.reference}/recapitulatif/"
    for reponse in (client.post(recap, ATTESTATIONS), client.post(recap, ATTESTATIONS), client.get(recap)):
        assert reponse.url == f"/demandes/{demande.reference}/"
    assert CourrielSortant.objects.filter(gabarit="signalements/accuse_reception").count() == 1


def test_ce_qui_part_est_ce_qui_fut_montre(connecte, technicien_metz):
    """D-05: what another tab wrote since the recap was shown is read, and attested, before it is sent."""
    client, demande = connecte(technicien_metz), commencer(technicien_metz)
    recap = f"/demandes/{demande.reference}/recapitulatif/"
    [vu] = re.findall(r'name="vu" value="(\w+)"', client.get(recap).text)
    client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | {"nom": "Zblot", "plus-tard": "1"})
    refusee = client.post(recap, ATTESTATIONS | {"vu": vu})
    demande.refresh_from_db()
    assert (refusee.status_code, demande.statut) == (409, Statut.BROUILLON)
    assert "Zblot" in refusee.text
    [vu] = re.findall(r'name="vu" value="(\w+)"', refusee.text)
    assert client.post(recap, ATTESTATIONS | {"vu": vu}).status_code == 302
    demande.refresh_from_db()
    assert (demande.statut, demande.contenu["assure"]["nom"]) == (Statut.DEPOSEE, "Zblot")


def test_complet_se_demande_encore_sous_le_verrou(connecte, technicien_metz):
    """D-27: emptied by the other tab between the form and the lock of the sending, it is not sent."""
    client, demande = connecte(technicien_metz), commencer(technicien_metz)
    vide = [{"assure": {}}]

    def l_autre_onglet(execute, sql, *reste):
        if "FOR NO KEY UPDATE" in sql and "conventions_participation" in sql and vide:
            actions.enregistrer_brouillon(demande, contenu=vide.pop(), urgente=False, par=technicien_metz)
        return execute(sql, *reste)

    with connection.execute_wrapper(l_autre_onglet):
        reponse = client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    demande.refresh_from_db()
    # What the other tab wrote goes with the transaction that it shares here.
    assert (vide, reponse.status_code, demande.statut) == ([], 409, Statut.BROUILLON)


def test_finir_plus_tard_garde_ce_qui_est_la(connecte, technicien_metz):
    """A draft is kept as it is, complete or not, and found again with all that was typed."""
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    reponse = client.post(
        f"/demandes/{demande.reference}/brouillon/",
        {"nom": "Larivandière", "texte": "À finir", "plus-tard": "1"},
    )
    assert reponse.url == "/demandes/?filtre=brouillons"
    assert demande.reference in client.get(reponse.url).content.decode()
    page = client.get(f"/demandes/{demande.reference}/brouillon/").content.decode()
    assert 'value="Larivandière"' in page and "À finir" in page
    demande.refresh_from_db()
    assert demande.terme_le == demande.caisse.jour + dt.timedelta(days=30)


@pytest.mark.parametrize("champ", ["nom", "prenom", "texte", "raison_urgence"])
def test_un_nir_est_refuse_sans_rien_perdre(connecte, technicien_metz, champ):
    """D-03: a NIR typed in any zone is refused, beside the field, and what was typed stays on the page."""
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    avant = bytes(demande.contenu_scelle)
    reponse = client.post(
        f"/demandes/{demande.reference}/brouillon/", SAISIE | {champ: "Dupond 2 85 03 57 463 123 45"}
    )
    assert reponse.status_code == 422
    assert "numéro de sécurité sociale" in str(reponse.context["form"].errors[champ])
    assert TEXTE in reponse.content.decode() or champ == "texte"
    demande.refresh_from_db()
    assert bytes(demande.contenu_scelle) == avant


@pytest.mark.parametrize(
    ("naissance", "phrase"),
    [
        ("01/01/2100", "dans le futur"),
        ("31/12/1899", "trop ancienne"),
        ("29/02/2023", "jour, mois, année"),
        ("hier", "jour, mois, année"),
        ("", "Saisissez la date de naissance"),
    ],
)
def test_dates_de_naissance_impossibles(connecte, technicien_metz, naissance, phrase):
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    reponse = client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | {"naissance": naissance})
    assert phrase in str(reponse.context["form"].errors["naissance"])


@pytest.mark.parametrize("naissance", ["today", "01/01/1908"])
def test_dates_de_naissance_possibles(connecte, technicien_metz, naissance):
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    saisie = f"{horloge.jour('Europe/Paris'):%d/%m/%Y}" if naissance == "today" else naissance
    reponse = client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | {"naissance": saisie})
    assert reponse.status_code == 302


@pytest.mark.parametrize(
    "nom",
    [
        "O'Brien",
        "D’Angelo",
        "Le Goff-N'Guyen",
        "É",
        "Null",
        "Mu\u0308ller",
        "محمد",
        "=cmd|' /C calc'!A0",
        "{{ perms }}",
        "<b>x</b>",
    ],
)
def test_noms_inhabituels_acceptes_tels_quels(connecte, technicien_metz, nom):
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    assert client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | {"nom": nom}).status_code == 302
    page = client.get(f"/demandes/{demande.reference}/recapitulatif/").content.decode()
    assert "<b>x</b>" not in page
    demande.refresh_from_db()
    assert demande.contenu["assure"]["nom"] in (nom, "Müller")


@pytest.mark.parametrize("nom", ["", " ", "12345", "x" * 10_000, "Jean\x00", "Je\u202ean", "😀"])
def test_noms_impossibles_refuses_par_une_phrase(connecte, technicien_metz, nom):
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    reponse = client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | {"nom": nom})
    assert reponse.status_code == 422 and "nom" in reponse.context["form"].errors


def test_urgence_sans_raison_refusee(connecte, technicien_metz):
    """D-08: an urgent situation says why."""
    client = connecte(technicien_metz)
    demande = ouvrir_brouillon(client)
    reponse = client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | {"urgente": "on"})
    assert "pourquoi la situation est urgente" in str(reponse.context["form"].errors["raison_urgence"])
    demande.refresh_from_db()
    assert reponse.status_code == 422 and not demande.urgente and demande.contenu == {}


def test_urgence_delai_plus_court(connecte, technicien_metz):
    """D-08: the promised date of an urgent demande is 2 working days away, 10 otherwise."""
    client = connecte(technicien_metz)
    promesses = {}
    for urgente in (False, True):
        demande = ouvrir_brouillon(client)
        champs = {"urgente": "on", "raison_urgence": "Sortie demain."} if urgente else {}
        client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE | champs)
        client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
        demande.refresh_from_db()
        promesses[urgente] = demande.caisse.jours_ouvres_entre(demande.caisse.jour, demande.promise_le)
    assert promesses == {False: 10, True: 2}


def test_seuls_les_motifs_ouverts_sont_proposes(connecte, technicien_metz):
    """C-09, D-02: a motif that the convention does not open is neither shown nor accepted."""
    participation = Participation.objects.get(partenaire=technicien_metz.partenaire)
    participation.motifs.remove("renoncement")
    client = connecte(technicien_metz)
    page = client.get("/demandes/nouvelle/moselle/difficulte/").content.decode()
    assert "Renoncement aux soins" not in page and "Saisine Mission" in page
    reponse = client.post(
        "/demandes/nouvelle/moselle/difficulte/", {"jeton": str(uuid.uuid4()), "motif": "renoncement"}
    )
    assert "Choisissez un motif de la liste" in str(reponse.context["form"].errors["motif"])
    assert not Demande.objects.exists()


@pytest.mark.parametrize("code", ["gerer-convention", "comptes-gestionnaires"])
def test_ce_qu_aucun_agent_ne_peut_faire_n_est_pas_depose(connecte, technicien_metz, code):
    """C-20, D-02: the convention and the accounts of gestionnaires are the gestionnaire's to write about; the page says where."""
    client = connecte(technicien_metz)
    page = client.get("/demandes/nouvelle/moselle/contact/").content.decode()
    assert f'value="{code}"' not in page
    assert 'value="offres-de-service"' in page
    assert "Votre gestionnaire l’écrit à la caisse, sur la page de la convention." in page
    saisie = {"jeton": str(uuid.uuid4()), "motif": code}
    assert client.post("/demandes/nouvelle/moselle/contact/", saisie).status_code == 422
    assert not Demande.objects.exists()


def test_une_caisse_sans_convention_est_introuvable(connecte, technicien_metz, caisse_var):
    """D-02: only the caisses with a convention in force."""
    client = connecte(technicien_metz)
    assert client.get("/demandes/nouvelle/var/difficulte/").status_code == 404
    assert "Var" not in client.get("/demandes/nouvelle/").content.decode()


def test_un_service_ferme_par_la_convention_est_introuvable(connecte, technicien_metz):
    """D-01, C-09: a service of which no motif is open is neither shown nor reached; the four others are."""
    participation = Participation.objects.get(partenaire=technicien_metz.partenaire)
    participation.motifs.remove(*participation.motifs.filter(service="contact"))
    client = connecte(technicien_metz)
    page = client.get("/demandes/nouvelle/").content.decode()
    assert "Contacter votre organisme" not in page
    for service in ("document", "rendez-vous", "difficulte", "etude-dossier"):
        assert f"/demandes/nouvelle/moselle/{service}/" in page
    saisie = {"jeton": str(uuid.uuid4()), "motif": "offres-de-service"}
    for reponse in (
        client.get("/demandes/nouvelle/moselle/contact/"),
        client.post("/demandes/nouvelle/moselle/contact/", saisie),
    ):
        assert reponse.status_code == 404
    assert not Demande.objects.exists()


def test_pas_d_accuse_de_reception_avant_l_envoi(connecte, technicien_metz, collegue_metz):
    """D-07: a draft has none; a colleague gets the one of what was sent, a stranger never."""
    demande = commencer(technicien_metz)
    adresse = f"/demandes/{demande.reference}/accuse-reception.pdf"
    assert connecte(technicien_metz).get(adresse).status_code == 404
    connecte(technicien_metz).post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    assert connecte(collegue_metz).get(adresse)["Content-Type"] == "application/pdf"


def test_terme_fige_a_la_reception(connecte, technicien_metz):
    """D-15, T-06: the term is reception plus the convention's parameter, and stays when the parameter changes."""
    client = connecte(technicien_metz)
    convention = Participation.objects.get(partenaire=technicien_metz.partenaire).convention
    convention.conservation_mois = 3
    convention.save()
    demande = ouvrir_brouillon(client)
    client.post(f"/demandes/{demande.reference}/brouillon/", SAISIE)
    client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS)
    convention.conservation_mois = 12
    convention.save()
    demande.refresh_from_db()
    jours = (demande.terme_le - demande.caisse.jour).days
    assert 88 <= jours <= 92


def test_double_clic_sur_le_motif_un_seul_brouillon(connecte, technicien_metz):
    client = connecte(technicien_metz)
    saisie = {"jeton": str(uuid.uuid4()), "motif": "saisine-mas"}
    premiere = client.post("/demandes/nouvelle/moselle/difficulte/", saisie)
    seconde = client.post("/demandes/nouvelle/moselle/difficulte/", saisie)
    assert premiere.url == seconde.url and Demande.objects.count() == 1


def test_une_reference_deja_tiree_est_tiree_de_nouveau(connecte, technicien_metz, monkeypatch):
    """D-18: the same number drawn twice gives two references, and each keeps its own sealed content."""
    tirages = iter([7, 7, 7, 11])
    monkeypatch.setattr("signalements.regles.secrets.randbelow", lambda borne: next(tirages))
    premiere = commencer(technicien_metz)
    seconde = ouvrir_brouillon(connecte(technicien_metz))
    assert next(tirages, None) is None and premiere.reference != seconde.reference
    assert Demande.objects.count() == 2
    assert Demande.objects.get(pk=premiere.pk).contenu["assure"] == ASSURE and seconde.contenu == {}


def test_a_reference_taken_in_another_house_is_drawn_again(
    connecte, technicien_metz, technicien_grimaud, monkeypatch
):
    """The database shows nothing of the one that has it (ADR 27)."""
    tirages = iter([7, 7, 11])
    monkeypatch.setattr("signalements.regles.secrets.randbelow", lambda borne: next(tirages))
    premiere = commencer(technicien_grimaud)
    seconde = ouvrir_brouillon(connecte(technicien_metz))
    assert next(tirages, None) is None and premiere.reference != seconde.reference


def test_dix_envois_a_la_fois_une_seule_demande(base_reelle):
    """D-07: ten identical posts at the same instant: one deposit, one mail, and every answer leads to it."""
    caisse = distribution.creer_caisse("moselle", "CPAM de Moselle", "57")
    partenaire = distribution.creer_partenaire("21570463000017", "Metz")
    distribution.creer_convention(partenaire, caisse)
    technicien = distribution.creer_compte_actif("technicien.metz", "technicien", partenaire=partenaire)
    demande = commencer(technicien)
    clients = [distribution.connecte(technicien) for _ in range(10)]
    barriere, adresses = threading.Barrier(10), []

    def envoyer(client):
        barriere.wait()
        adresses.append(client.post(f"/demandes/{demande.reference}/recapitulatif/", ATTESTATIONS).url)
        connection.close()

    fils = [threading.Thread(target=envoyer, args=[client]) for client in clients]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    assert adresses == [f"/demandes/{demande.reference}/"] * 10
    assert CourrielSortant.objects.filter(gabarit="signalements/accuse_reception").count() == 1
    assert LigneJournal.objects.filter(acte="demande.deposer").count() == 1


def test_a_row_moved_by_sql_to_another_caisse_or_structure_opens_no_more(
    connecte, technicien_metz, technicien_grimaud
):
    """The caisse and the structure are authenticated: only the transfer, that wraps the key again, moves a demande."""
    demande = deposer(technicien_metz, assure=ASSURE | {"nom": "Zorgnat"})
    autre = deposer(technicien_grimaud)
    ailleurs = {nom: getattr(autre, nom) for nom in ("caisse", "partenaire", "participation")}
    for champs in ({"partenaire": ailleurs["partenaire"]}, {"caisse": ailleurs["caisse"]}, ailleurs):
        Demande.objects.filter(pk=demande.pk).update(**champs)
        with pytest.raises(Illisible):
            _ = Demande.objects.get(pk=demande.pk).contenu
    page = connecte(technicien_grimaud).get("/demandes/?filtre=toutes&qui=structure").content.decode()
    assert demande.reference in page and "illisible" in page and "zorgnat" not in page.lower()
