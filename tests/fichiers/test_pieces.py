"""The pieces of a demande, driven from outside: attach, refuse, download, remove (D-06, R-04)."""

import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conformite.models.journal import LigneJournal
from fichiers import analyses, stockage
from fichiers.limites import FICHIERS_PAR_DOSSIER
from signalements.actions import retraits
from signalements.actions.ecritures import deplacer_terme
from signalements.depot.actions import deposer
from signalements.documents.actions import ouvrir
from signalements.models.demandes import Demande
from signalements.models.pieces import Piece
from signalements.pieces import actions as domaine
from signalements.workflow import Statut
from socle import horloge
from tests.accounts.test_secrets import partout
from tests.distribution import connecte, connecte_sans_code
from tests.fichiers.clamav import POISON
from tests.fichiers.conftest import ASSURE, attacher, attacher_saine
from tests.fichiers.echantillons import HEIC, MAUVAIS, jpeg, pdf
from tests.fichiers.familles_pdf import FAMILLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposee(brouillon, technicien_metz) -> Demande:
    brouillon.poser_contenu({"assure": ASSURE, "texte": "Demande d’AME"})
    brouillon.save()
    deposer(brouillon, attestations=["information", "accord"], par=technicien_metz)
    return brouillon


def envoyer(client: Client, demande: Demande, *fichiers: tuple[str, bytes], **champs):
    donnees = {"jeton": str(uuid.uuid4()), "nature": "identite"} | champs
    donnees["fichiers"] = [SimpleUploadedFile(nom, contenu) for nom, contenu in fichiers]
    return client.post(reverse("demande-pieces", args=[demande.reference]), donnees)


def test_joindre_a_un_brouillon(brouillon, technicien_metz, stockage_a_soi):
    """D-06: the author attaches, sees what the motif still calls for, and goes on to the recap."""
    client = connecte(technicien_metz)
    page = client.get(reverse("demande-pieces", args=[brouillon.reference])).content.decode()
    assert "10\N{NO-BREAK SPACE}Mo au plus par fichier" in page
    assert page.count("<strong>à joindre</strong>") == 4
    reponse = envoyer(client, brouillon, ("pièce d’identité.pdf", pdf()), ("verso.jpg", jpeg()))
    assert (reponse.status_code, reponse.url) == (302, f"/demandes/{brouillon.reference}/pieces/")
    page = client.get(reponse.url).content.decode()
    assert "2\N{NO-BREAK SPACE}fichiers joints" in page and "pièce d’identité.pdf" in page
    assert page.count("<strong>à joindre</strong>") == 3 and "Analyse en cours" in page
    assert sorted(Piece.objects.values_list("genre", flat=True)) == ["jpeg", "pdf"]
    lignes = LigneJournal.objects.filter(acte="piece.joindre")
    assert {ligne.reference for ligne in lignes} == {brouillon.reference} and lignes.count() == 2
    assert not any("identité.pdf" in str(ligne.details) for ligne in lignes)


def test_la_nature_d_une_piece_est_scellee(deposee, technicien_metz, agent_moselle, gestionnaire_metz):
    """F13: what a piece is, which tells of a health or of a judgment, stands nowhere beside a structure and a day."""
    code = "mesure-protection"
    envoyer(connecte(technicien_metz), deposee, ("a.pdf", pdf()), nature=code)
    piece = Piece.objects.get()
    assert (piece.nature, piece.libelle) == (code, "Jugement ou mandat de protection")
    longueurs = {len(Piece(demande=deposee, nature=une).nature_scellee) for une in ("rib", "autre", code)}
    assert longueurs == {len(piece.nature_scellee)}
    agent = connecte(agent_moselle)
    agent.get(reverse("tri-piece", args=[deposee.reference, piece.emplacement]))
    retraits.demander_destruction(piece, par=technicien_metz)
    retraits.detruire(piece, par=agent_moselle)
    page = connecte(technicien_metz).get(reverse("demande", args=[deposee.reference])).content.decode()
    assert "la pièce jointe le" in page
    for colonne, valeur in partout().items():
        if not colonne.startswith("caisses_motif"):
            assert code not in valeur and piece.libelle not in valeur, colonne


def test_une_image_difficile_a_lire_le_dit(brouillon, technicien_metz, stockage_a_soi):
    """D-06: what may make it hard to read is said beside the file, which is taken all the same."""
    client = connecte(technicien_metz)
    reponse = envoyer(client, brouillon, ("petite.jpg", jpeg((400, 300))))
    page = client.get(reponse.url).content.decode()
    assert "Cette image est petite" in page and "Cette image est sombre" not in page


def test_un_pdf_signe_se_dit_des_deux_cotes(deposee, technicien_metz, agent_moselle):
    """Who attached it and who reads it learn that the signature cannot be verified on this copy."""
    attacher(deposee, FAMILLES["signé"](), "mandat.pdf")
    for client, adresse in (
        (connecte(technicien_metz), reverse("demande-pieces", args=[deposee.reference])),
        (connecte(agent_moselle), reverse("tri-demande", args=[deposee.reference])),
    ):
        assert "ne permet plus de la vérifier" in client.get(adresse).content.decode()


def test_refus_expliques(brouillon, technicien_metz):
    """Each refused file is named with what to do; the good ones of the same sending are kept."""
    client = connecte(technicien_metz)
    reponse = envoyer(
        client,
        brouillon,
        ("bon.pdf", pdf()),
        ("photo.heic", HEIC),
        ("script.pdf", MAUVAIS["formulaire xfa"][1]()),
    )
    page = reponse.content.decode()
    assert reponse.status_code == 422 and Piece.objects.count() == 1
    assert "2\N{NO-BREAK SPACE}fichiers refusés" in page
    assert "photo.heic" in page and "Le plus compatible" in page
    assert "script.pdf" in page and "Enregistrer au format PDF" in page
    codes = {ligne.details["code"] for ligne in LigneJournal.objects.filter(acte="piece.refuser")}
    assert codes == {"heic", "scripts"}
    assert "heic" not in client.cookies.output().lower()


@pytest.mark.parametrize(
    ("champs", "fichiers", "phrase"),
    [
        ({}, [], "Choisissez au moins un fichier, ici"),
        ({"nature": ""}, [("a.pdf", b"%PDF")], "Choisissez ce que vous joignez."),
        ({"nature": "carte-bleue"}, [("a.pdf", b"%PDF")], "carte-bleue"),
        ({"jeton": "pas-un-jeton"}, [("a.pdf", b"%PDF")], "UUID"),
        ({}, [("vide.pdf", b"")], "vide"),
        ({}, [("../../../etc/passwd", b"root:x:0:0")], "ni un PDF"),
        ({}, [("a" * 300 + ".pdf", b"\0\0")], "ni un PDF"),
        ({}, [("nul\0.pdf", b"%PDF-1.4 ")], "abîmé"),
    ],
)
def test_mauvaises_entrees(brouillon, technicien_metz, champs, fichiers, phrase):
    """No bad input of the form is an error of the server, nothing is stored."""
    reponse = envoyer(connecte(technicien_metz), brouillon, *fichiers, **champs)
    assert reponse.status_code == 422 and phrase in reponse.content.decode()
    assert not Piece.objects.exists()


def test_envoi_trop_lourd(brouillon, technicien_metz, monkeypatch):
    """Beyond the limit of one sending nothing is kept in memory, and the page says how to go on."""
    monkeypatch.setattr("fichiers.reception.ENVOI_MAX", 1000)
    monkeypatch.setattr("signalements.pieces.views.ENVOI_MAX", 1000)
    reponse = envoyer(connecte(technicien_metz), brouillon, ("a.jpg", jpeg()))
    assert reponse.status_code == 422 and "Envoyez en plusieurs fois" in reponse.content.decode()
    assert not Piece.objects.exists()


def test_fichier_trop_lourd(brouillon, technicien_metz):
    """A file beyond its limit is refused by name; the others of the sending are taken."""
    reponse = envoyer(
        connecte(technicien_metz),
        brouillon,
        ("lourd.pdf", b"%PDF-1.7" + b"0" * 11_000_000),
        ("bon.pdf", pdf()),
    )
    assert "dépasse 10" in reponse.content.decode() and Piece.objects.count() == 1


def test_envoi_absurde(brouillon, technicien_metz, monkeypatch):
    monkeypatch.setattr("fichiers.reception.ENVOI_ABSURDE", 1000)
    assert envoyer(connecte(technicien_metz), brouillon, ("a.jpg", jpeg())).status_code == 400


def test_double_clic(brouillon, technicien_metz):
    """The same sending twice attaches once."""
    client, jeton = connecte(technicien_metz), str(uuid.uuid4())
    for _ in range(2):
        assert envoyer(client, brouillon, ("a.pdf", pdf()), jeton=jeton).status_code == 302
    assert Piece.objects.count() == 1


def test_limites_d_une_demande(brouillon, technicien_metz, monkeypatch):
    """Number, total and day are limited, and said with what is left."""
    client = connecte(technicien_metz)
    monkeypatch.setattr(domaine, "FICHIERS_PAR_DOSSIER", 2)
    attacher(brouillon)
    page = envoyer(client, brouillon, ("a.pdf", pdf(texte=b"a")), ("b.pdf", pdf(texte=b"b")))
    assert page.status_code == 422 and "il reste 1\N{NO-BREAK SPACE}place" in page.content.decode()
    monkeypatch.setattr(domaine, "FICHIERS_PAR_DOSSIER", FICHIERS_PAR_DOSSIER)
    monkeypatch.setattr(domaine, "DOSSIER_MAX", 700)
    assert (
        "ne peuvent pas dépasser" in envoyer(client, brouillon, ("a.pdf", pdf(texte=b"a"))).content.decode()
    )
    monkeypatch.setattr(domaine, "DOSSIER_MAX", 10_000_000)
    monkeypatch.setattr(domaine, "FICHIERS_PAR_JOUR", 1)
    assert "Reprenez demain" in envoyer(client, brouillon, ("a.pdf", pdf(texte=b"a"))).content.decode()
    assert Piece.objects.count() == 1


def test_stockage_en_panne(brouillon, technicien_metz, monkeypatch):
    """A full disk is a sentence, not an error; nothing half done."""

    def plein(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stockage, "ecrire", plein)
    reponse = envoyer(connecte(technicien_metz), brouillon, ("a.pdf", pdf()))
    assert reponse.status_code == 422 and "Réessayez plus tard" in reponse.content.decode()
    assert not Piece.objects.exists()


def test_telecharger(clamd, deposee, technicien_metz, agent_moselle):
    """Both sides download what is clean, as an attachment that nothing keeps; each download is logged (R-04)."""
    piece = attacher_saine(deposee, pdf(texte=b"Avis"), "Avis d’impôt – été.pdf")
    for compte, vue in ((technicien_metz, "demande-piece"), (agent_moselle, "tri-piece")):
        reponse = connecte(compte).get(reverse(vue, args=[deposee.reference, piece.emplacement]))
        contenu = reponse.getvalue()
        assert contenu.startswith(b"%PDF") and len(contenu) == int(reponse["Content-Length"]) == piece.taille
        assert reponse["Content-Type"] == "application/pdf"
        assert reponse["Content-Disposition"] == (
            "attachment; filename*=utf-8''Avis%20d%E2%80%99imp%C3%B4t%20%E2%80%93%20%C3%A9t%C3%A9.pdf"
        )
        assert reponse["Cache-Control"] == "no-store" and reponse["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in reponse["Content-Security-Policy"]
    assert LigneJournal.objects.filter(acte="piece.telecharger", objet_id=str(piece.pk)).count() == 2


@pytest.mark.parametrize("etat", ["en_analyse", "infecte", "refuse", "non_analyse"])
def test_rien_que_du_sain(clamd, deposee, technicien_metz, agent_moselle, etat):
    """What is not clean is shown with its state and cannot be downloaded, by anybody, whatever the address."""
    piece = attacher(deposee)
    Piece.objects.filter(pk=piece.pk).update(
        etat=etat, raison="x" if etat in ("infecte", "refuse") else "", analyse_le=horloge.temps_reel()
    )
    for compte, page, vue in (
        (technicien_metz, "demande", "demande-piece"),
        (agent_moselle, "tri-demande", "tri-piece"),
    ):
        client = connecte(compte)
        adresse = reverse(vue, args=[deposee.reference, piece.emplacement])
        html = client.get(reverse(page, args=[deposee.reference])).content.decode()
        assert adresse not in html and piece.nom in html and Piece.Etat(etat).label in html
        assert client.get(adresse).status_code == 403


def test_perimetres(
    clamd,
    deposee,
    technicien_metz,
    collegue_metz,
    gestionnaire_metz,
    technicien_grimaud,
    agent_moselle,
    superviseur_moselle,
    agent_var,
    administrateur_moselle,
):
    """Out of the perimeter: 404, and a journal line; no right: 403 or 404; the owner is served in the same test."""
    piece = attacher_saine(deposee)
    arguments = [deposee.reference, piece.emplacement]
    partenaire, tri = reverse("demande-piece", args=arguments), reverse("tri-piece", args=arguments)
    attendus = [
        (technicien_metz, partenaire, 200),
        (collegue_metz, partenaire, 200),
        (agent_moselle, tri, 200),
        (superviseur_moselle, tri, 200),
        (technicien_metz, tri, 403),
        (agent_moselle, partenaire, 403),
        (technicien_grimaud, partenaire, 404),
        (agent_var, tri, 404),
        (gestionnaire_metz, partenaire, 404),
        (administrateur_moselle, tri, 404),
    ]
    for compte, adresse, statut in attendus:
        reponse = connecte(compte).get(adresse)
        list(reponse)  # closes what a download holds
        assert reponse.status_code == statut, (compte, adresse)
    refus = LigneJournal.objects.filter(acte="acces.refuse")
    assert refus.count() == sum(statut != 200 for _, _, statut in attendus)
    anonyme = Client().get(partenaire)
    assert anonyme.status_code == 302 and anonyme.url.startswith("/connexion/")
    sans_code = connecte_sans_code(technicien_metz).get(partenaire)
    assert sans_code.status_code == 302 and sans_code.url.startswith("/connexion/code/")


def test_piece_d_une_autre_demande(clamd, deposee, technicien_metz):
    """The place of a piece says nothing outside its own demande."""
    piece = attacher_saine(deposee)
    client = connecte(technicien_metz)
    autre = reverse("demande-piece", args=["D26-0000-0000", piece.emplacement])
    assert client.get(autre).status_code == 404
    ailleurs = reverse("demande-piece", args=[deposee.reference, uuid.uuid4()])
    assert client.get(ailleurs).status_code == 404


def test_brouillon_a_son_auteur(brouillon, collegue_metz, agent_moselle):
    """The pieces of a draft are its author's."""
    piece = attacher(brouillon)
    adresse = reverse("demande-pieces", args=[brouillon.reference])
    assert connecte(collegue_metz).get(adresse).status_code == 404
    assert envoyer(connecte(collegue_metz), brouillon, ("a.pdf", pdf())).status_code == 404
    tri = reverse("tri-piece", args=[brouillon.reference, piece.emplacement])
    assert connecte(agent_moselle).get(tri).status_code == 404


def test_joindre_apres_le_depot(deposee, collegue_metz, agent_moselle):
    """While the demande is open the whole structure attaches; the caisse does not; once it is over nobody does."""
    Demande.objects.filter(pk=deposee.pk).update(agent=agent_moselle, statut=Statut.EN_COURS)
    client = connecte(collegue_metz)
    assert envoyer(client, deposee, ("a.pdf", pdf())).status_code == 302
    assert envoyer(connecte(agent_moselle), deposee, ("a.pdf", pdf())).status_code == 403
    Demande.objects.filter(pk=deposee.pk).update(
        statut=Statut.IRRECEVABLE, irrecevable="hors-champ", terminee_le=horloge.maintenant()
    )
    reponse = envoyer(client, deposee, ("b.pdf", pdf()))
    assert reponse.status_code == 409 and "terminée" in reponse.content.decode()
    assert Piece.objects.count() == 1


def test_retirer(brouillon, technicien_metz, collegue_metz, agent_moselle):
    """D-24: the author removes from his draft; once the caisse opened it, a piece stays, unless nobody may read it."""
    piece, autre = attacher(brouillon), attacher(brouillon)
    client = connecte(technicien_metz)

    def retirer(une: Piece, par: Client = client) -> int:
        return par.post(
            reverse("demande-piece-retirer", args=[brouillon.reference, une.emplacement])
        ).status_code

    assert retirer(piece, connecte(collegue_metz)) == 404
    assert retirer(piece) == 302 and not Piece.objects.filter(pk=piece.pk).exists()
    assert LigneJournal.objects.filter(acte="piece.retirer").count() == 1
    brouillon.poser_contenu({"assure": ASSURE, "texte": "Demande d’AME"})
    brouillon.save()
    deposer(brouillon, attestations=["information", "accord"], par=technicien_metz)
    ouvrir(autre, par=agent_moselle)
    assert retirer(autre) == 403 and Piece.objects.count() == 1
    analyses.conclure(autre, Piece.Etat.REFUSE, "limites", "")
    assert retirer(autre) == 302 and not Piece.objects.exists()


def test_infecte_affiche(clamd, deposee, technicien_metz):
    """An infected piece is shown as such to who sent it, and counts no more among what was asked."""
    attacher(deposee, pdf(texte=POISON))
    analyses.analyser_en_attente()
    html = connecte(technicien_metz).get(reverse("demande-pieces", args=[deposee.reference])).content.decode()
    assert (
        "programme dangereux" in html and "Infecté" in html and html.count("<strong>à joindre</strong>") == 4
    )


def test_le_terme_se_deplace(clamd, deposee):
    """Moving the term of a demande touches no file, and its pieces stay readable."""
    piece = attacher_saine(deposee)
    deplacer_terme(deposee, deposee.terme_le.replace(day=15))
    relue = Piece.objects.select_related("demande").get(pk=piece.pk)
    assert relue.nom == "identité.pdf"
    assert next(stockage.lire(relue.proprietaire, relue.emplacement)).startswith(b"%PDF")


def test_aucun_fichier_en_clair(clamd, brouillon, technicien_metz, stockage_a_soi):
    """A word of a file is nowhere on our disks after its upload and its scan; the control word is found."""
    mot = b"CANARI-MEGATHERIUM"
    envoyer(
        connecte(technicien_metz), brouillon, (f"{mot.decode()}.pdf", pdf(texte=mot, compress_streams=False))
    )
    analyses.analyser_en_attente()
    (stockage_a_soi / "temoin").write_bytes(b"CANARI-TEMOIN")
    assert _chercher(b"CANARI-TEMOIN", stockage_a_soi) == ["temoin"]
    for lieu in (stockage_a_soi, clamd.memoire, clamd.dossier):
        assert _chercher(mot, lieu) == []


def _chercher(mot: bytes, lieu: Path) -> list[str]:
    return [chemin.name for chemin in lieu.rglob("*") if chemin.is_file() and mot in chemin.read_bytes()]
