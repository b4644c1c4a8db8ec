"""Who exchanges: engagement, authorisation, mailboxes; what ends is refused at the next request (E-01, E-04, E-08)."""

import datetime as dt
import io
import re
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from pypdf import PdfReader

from accounts.actions.securite import exclure
from conventions.actions.fins import suspendre
from conventions.models.suites import Avenant
from echanges import catalogue, permissions
from echanges.actions import acces, depots, engagements, reception
from echanges.lignes import lignes_de
from echanges.models.acces import AutorisationDepot
from echanges.models.engagements import Engagement
from socle.models import CourrielSortant
from socle.profils import Profil
from tests import distribution
from tests.distribution import MOT_DE_PASSE
from tests.echanges import fabrique
from tests.echanges.fabrique import Scene, csv, deposer, indu, ouvrir

SIGNATURE = {
    "fonction": "Instructrice",
    "informateur": "Son chef de service",
    "mention": "lu et approuve",
    "mot_de_passe": MOT_DE_PASSE,
}


@pytest.mark.parametrize("profil", [Profil.TECHNICIEN, Profil.GESTIONNAIRE])
@pytest.mark.parametrize("ouverts", [True, False], ids=["flows", "no flow yet"])
def test_the_home_of_a_structure_that_only_exchanges(hautrhin, departement, connecte, profil, ouverts):
    """E-01: it says what the convention is for; nothing about demandes is offered, and every address offered answers."""
    part = fabrique.participation_d_echange(departement, hautrhin)
    if ouverts:
        administrateur = distribution.creer_compte_actif(
            "administrateur.hautrhin", Profil.ADMINISTRATEUR, caisses=(hautrhin,)
        )
        fabrique.convenir(part, administrateur)
    client = connecte(distribution.creer_compte_actif("nouveau.mdph", profil, partenaire=departement))
    page = client.get("/").content.decode()
    corps = page[page.index("<main") : page.index("</main>")]
    assert "échange" in corps.lower(), corps
    assert "fichiers" in corps, corps
    assert re.findall(r".{30}emande.{30}", corps) == []
    offertes = set(re.findall(r'href="(/[^"#]*)"', page))
    assert not [une for une in offertes if une.startswith(("/demandes/", "/statistiques/"))]
    assert {client.get(une).status_code for une in offertes if not une.startswith("/static/")} <= {200, 302}
    assert "pas de convention" not in client.get(reverse("demande-nouvelle")).content.decode()


def test_the_engagement_comes_before_the_first_act(scene: Scene, connecte):
    """E-04: every act sends there; signed with the password, it opens them; its proof is a PDF in two copies."""
    Engagement.objects.filter(compte=scene.technicien).delete()
    client, flux = connecte(scene.technicien), scene.flux("indu")
    page, ailleurs = (
        reverse("engagement", args=[scene.participation.convention.reference]),
        reverse("depot-ouvrir", args=[flux.pk]),
    )
    assert client.get(ailleurs).headers["Location"] == client.post(ailleurs, {}).headers["Location"] == page
    with pytest.raises(PermissionDenied):
        ouvrir(scene)
    assert "226-13" in client.get(page).content.decode()
    assert client.post(page, SIGNATURE | {"mot_de_passe": "pas le mien"}).status_code == 422
    assert client.post(page, SIGNATURE | {"mention": "Lu"}).status_code == 422
    assert not Engagement.objects.filter(compte=scene.technicien).exists()
    assert client.post(page, SIGNATURE).status_code == 302
    signe = Engagement.objects.get(compte=scene.technicien)
    assert (signe.mention, signe.empreinte) == ("Lu et approuvé", engagements.empreinte(signe))
    assert client.get(ailleurs).status_code == 200
    document = client.get(reverse("engagement-pdf", args=[scene.participation.convention.reference]))
    texte = "".join(une.extract_text() for une in PdfReader(io.BytesIO(document.content)).pages)
    assert (
        "du signataire" in texte and "de l’organisme" in texte and signe.empreinte in re.sub(r"\s", "", texte)
    )


def test_another_text_is_asked_for_again(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """E-04: the proof of the former one stays."""
    assert permissions.a_signe(scene.technicien, scene.participation.convention)
    textes = catalogue.engagements() | {2: "Un autre texte."}
    monkeypatch.setattr(catalogue, "engagements", lambda: textes)
    monkeypatch.setattr(engagements, "engagements", lambda: textes)
    assert not permissions.a_signe(scene.technicien, scene.participation.convention)
    fabrique.signer(scene.participation, scene.technicien)
    assert Engagement.objects.filter(compte=scene.technicien).count() == 2


def test_an_address_of_the_other_side_opens_nothing(scene: Scene, departement):
    """E-08: the address is that of an active account, on its side, of that structure or that caisse."""
    flux = scene.flux("indu")
    autre = distribution.creer_compte_actif(
        "intrus.mdph", Profil.TECHNICIEN, partenaire=departement, email=scene.agent.email
    )
    assert not permissions.est_autorise(autre, flux)
    ailleurs = distribution.creer_partenaire("90083001900015", "CCAS de Grimaud")
    voisin = distribution.creer_compte_actif(
        "v.grimaud", Profil.TECHNICIEN, partenaire=ailleurs, email=scene.technicien.email
    )
    assert not permissions.est_autorise(voisin, flux)
    gestionnaire = distribution.creer_compte_actif(
        "g.mdph", Profil.GESTIONNAIRE, partenaire=departement, email=scene.technicien.email
    )
    assert not permissions.est_autorise(gestionnaire, flux)
    assert permissions.est_autorise(scene.technicien, flux)


def retirer_l_autorisation(scene: Scene) -> None:
    autorisation = AutorisationDepot.objects.get(courriel=scene.technicien.email)
    acces.retirer_autorisation(par=scene.administrateur, autorisation=autorisation)


def exclure_la_personne(scene: Scene) -> None:
    exclure(
        scene.technicien,
        caisse=scene.participation.caisse,
        par=scene.administrateur,
        raison="Usage étranger.",
    )


def suspendre_la_structure(scene: Scene) -> None:
    suspendre(par=scene.administrateur, participation=scene.participation, raison="Usage étranger.")


def changer_le_texte(scene: Scene) -> None:
    Engagement.objects.filter(compte=scene.technicien).update(version=0)


@pytest.mark.parametrize(
    "finir", [retirer_l_autorisation, exclure_la_personne, suspendre_la_structure, changer_le_texte]
)
def test_what_ends_during_a_page_is_refused_at_the_next_request(scene: Scene, connecte, finir):
    """E-01, E-04, A-16: opened, then sent: the file is not taken."""
    depot, _ = ouvrir(scene)
    client = connecte(scene.technicien)
    adresse = reverse("depot-fichier", args=[depot.reference])
    assert client.get(adresse).status_code == 200
    finir(scene)
    assert client.get(adresse).status_code in (302, 403, 404)
    with pytest.raises(PermissionDenied):
        reception.recevoir_fichier(
            par=scene.technicien, depot=depot, nom="a.csv", contenu=csv("indu", indu())
        )
    assert fabrique.recharge(depot).recu_le is None


def test_authorisation_lost_while_the_file_is_read(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """E-01: asked again under the lock, where it is kept."""
    depot, _ = ouvrir(scene)
    lire = reception.lire_tableau

    def lire_puis_perdre(*a, **k):
        retirer_l_autorisation(scene)
        return lire(*a, **k)

    monkeypatch.setattr(reception, "lire_tableau", lire_puis_perdre)
    with pytest.raises(PermissionDenied):
        reception.recevoir_fichier(
            par=scene.technicien, depot=depot, nom="a.csv", contenu=csv("indu", indu())
        )
    assert fabrique.recharge(depot).recu_le is None


def test_dates_of_an_authorisation(scene: Scene, time_machine_):
    """E-01: from its first day to its last one, in the zone of the caisse."""
    part, jour = scene.participation, scene.participation.caisse.jour
    neuf = distribution.creer_compte_actif("neuf.mdph", Profil.TECHNICIEN, partenaire=part.partenaire)
    demain = jour.fromordinal(jour.toordinal() + 1)
    fabrique.autoriser(part, scene.administrateur, neuf, debut=demain, fin=demain)
    vus = []
    for _ in range(3):
        vus.append(permissions.est_autorise(neuf, scene.flux("indu")))
        time_machine_(days=1)
    assert vus == [False, True, False]


def test_a_mailbox_is_verified_by_its_code(scene: Scene, time_machine_):
    """E-08: five tries, one day; without it no deposit opens; another one takes its place."""
    part, par = scene.participation, scene.administrateur
    boite = acces.declarer_boite(par=par, participation=part, cote="caisse", courriel="Autre@caisse.example")
    code = fabrique.courrier("autre@caisse.example", fabrique.CODE)
    assert ouvrir_vers(scene) == fabrique.BOITES["caisse"], "until the new one is verified"
    for _ in range(acces.CODE_ESSAIS):
        with pytest.raises(ValidationError, match="pas le code"):
            acces.verifier_boite(par=par, boite=boite, code="00000000")
    with pytest.raises(ValidationError, match="plus valable"):
        acces.verifier_boite(par=par, boite=boite, code=code)
    boite = acces.declarer_boite(par=par, participation=part, cote="caisse", courriel="autre@caisse.example")
    code = fabrique.courrier("autre@caisse.example", fabrique.CODE)
    time_machine_(hours=25)
    with pytest.raises(ValidationError, match="plus valable"):
        acces.verifier_boite(par=par, boite=boite, code=code)
    boite = acces.declarer_boite(par=par, participation=part, cote="caisse", courriel="autre@caisse.example")
    acces.verifier_boite(
        par=par, boite=boite, code=fabrique.courrier("autre@caisse.example", fabrique.CODE).lower()
    )
    assert ouvrir_vers(scene) == "autre@caisse.example"
    assert part.boites.presentes().count() == 2
    dits = CourrielSortant.objects.filter(gabarit="echanges/boite_changee").values_list(
        "destinataire", flat=True
    )
    assert set(fabrique.BOITES.values()) <= set(dits), "the former one, and the other side"
    acces.retirer_boite(par=par, boite=boite)
    with pytest.raises(ValidationError, match="boîte dédiée vérifiée"):
        ouvrir_vers(scene)


def test_a_mailbox_is_a_shared_one(scene: Scene):
    """E-08: no free mail, no address of a person, nor out of the domains of its side."""
    for adresse, mot in (
        ("petra.perso@gmail.com", "messageries gratuites"),
        (scene.agent.email.upper(), "celle d’une personne"),
        ("depots@pirate.example", "Domaines acceptés"),
    ):
        with pytest.raises(ValidationError, match=mot):
            acces.declarer_boite(
                par=scene.administrateur, participation=scene.participation, cote="caisse", courriel=adresse
            )


def ouvrir_vers(scene: Scene) -> str:
    depots.ouvrir_depot(
        par=scene.technicien, flux=scene.flux("indu"), periode=scene.participation.caisse.jour.isoformat()
    )
    return CourrielSortant.objects.filter(gabarit="echanges/mot_de_passe").latest("pk").destinataire


def test_the_administrateur_sets_on_the_pages_and_opens_nothing(scene: Scene, connecte):
    """E-01, E-08, E-10: flows, authorisations and mailboxes by the page; a deposit shows its state only."""
    client, part = connecte(scene.administrateur), scene.participation
    base = [part.convention.reference, part.caisse.code]
    client.post(reverse("flux-clore", args=[*base, scene.flux("recuperation").pk]))
    envoi = {
        "code": "recuperation",
        "periodicite": "mensuel",
        "rang": "3",
        "mois": "1",
        "conservation_depart": "reception",
        "depuis": "2026-01-01",
    }
    assert client.post(reverse("flux-nouveau", args=base), envoi).status_code == 302
    neuf = part.flux.ouverts().get(code="recuperation")
    assert (neuf.periodicite, neuf.rang, neuf.conservation_depart) == ("mensuel", 3, "reception")
    envoi = {
        "cote": "caisse",
        "courriel": "Neuf@cpam.example",
        "flux": ["recuperation"],
        "debut": "2026-01-01",
    }
    assert client.post(reverse("autorisation-nouvelle", args=base), envoi).status_code == 302
    assert client.post(reverse("autorisation-nouvelle", args=base), envoi).status_code == 422
    depot, _ = fabrique.deposer(scene)
    assert client.get(reverse("depot", args=[depot.reference])).status_code == 200
    assert (
        client.post(reverse("depot-lecture", args=[depot.reference]), {"mot_de_passe": "X"}).status_code
        == 403
    )


def test_a_convention_says_the_columns_of_its_flow(scene: Scene, connecte):
    """E-10: what it leaves out is not asked, what it adds travels, from the model to the other side's page and file."""
    client, part = connecte(scene.administrateur), scene.participation
    base = [part.convention.reference, part.caisse.code]
    client.post(reverse("flux-clore", args=[*base, scene.flux("pch-actp").pk]))
    envoi = {"code": "pch-actp", "periodicite": "sans-delai", "rang": "3", "mois": "1", "avec_nir": "on"}
    envoi |= {"conservation_depart": "reception", "depuis": "2026-01-01", "ecartees": ["pch-actp:fin"]}
    for faux in (
        {"ecartees": ["eps-inscriptions:acces"]},
        {"ajoutees": "Début"},
        {"ajoutees": "a\nb\nc\nd\ne\nf"},
    ):
        assert client.post(reverse("flux-nouveau", args=base), envoi | faux).status_code == 422, faux
    envoi["ajoutees"] = "Unité de traitement"
    assert client.post(reverse("flux-nouveau", args=base), envoi).status_code == 302
    neuf = part.flux.ouverts().get(code="pch-actp")
    modele = (
        connecte(scene.technicien)
        .get(reverse("flux-modele", args=[neuf.pk, "csv"]))
        .content.decode("utf-8-sig")
    )
    titres = modele.strip().split(";")
    assert titres[-2:] == ["Montant mensuel", "Unité de traitement"]
    assert "Fin" not in titres and "Numéro de sécurité sociale" in titres
    ligne = {"Nom de naissance": "Larivandière", "Prénoms": "Élodie", "Date de naissance": "27/03/1955"}
    ligne |= {"Commune": "Colmar", "Numéro de sécurité sociale": "2 55 03 68 066 084 46", "Prestation": "PCH"}
    ligne |= {"Début": "01/01/2026", "Montant mensuel": "120", "Unité de traitement": "Unité Sud"}
    contenu = f"{modele.strip()}\r\n{';'.join(ligne.get(un, '') for un in titres)}\r\n".encode()
    depot, mot_de_passe = deposer(scene, "pch-actp", contenu)
    [(_, ligne)] = lignes_de(depot)
    assert ligne | {"fin": None, "propre_unitedetraitement": "Unité Sud"} == ligne
    lu = connecte(scene.agent).post(
        reverse("depot-lecture", args=[depot.reference]), {"mot_de_passe": mot_de_passe}
    )
    remis = zipfile.ZipFile(io.BytesIO(b"".join(lu.streaming_content))).read("content.xml").decode()
    assert "Unité Sud" in remis
    vue = connecte(scene.administrateur).get(reverse("echange-reglages", args=base)).content.decode()
    assert "Unité de traitement" in vue


def test_flows_change_by_avenant_once_files_are_exchanged(scene: Scene, connecte):
    """C-06, E-10: what has served closes, and another opens, by a signed avenant in force; a slip is taken back freely."""
    deposer(scene)
    client, part = connecte(scene.administrateur), scene.participation
    base, jour = [part.convention.reference, part.caisse.code], part.caisse.jour
    servi, neuf = (scene.flux(code) for code in ("indu", "recuperation"))
    client.post(reverse("flux-clore", args=[*base, neuf.pk]))
    assert not part.flux.ouverts().filter(code="recuperation").exists()
    clore, ouvrir = reverse("flux-clore", args=[*base, servi.pk]), reverse("flux-nouveau", args=base)
    envoi = {"code": "recuperation", "periodicite": "sans-delai", "rang": "3", "mois": "1"}
    envoi |= {"conservation_depart": "reception", "depuis": f"{jour:%Y-%m-%d}"}
    assert client.post(clore).status_code == client.post(ouvrir, envoi).status_code == 422
    avenant = Avenant.objects.create(
        convention=part.convention,
        numero=1,
        objet="Flux",
        cree_le=servi.convenu_le,
        prend_effet_le=jour + dt.timedelta(days=1),
    )
    envoi["avenant"] = avenant.pk
    assert client.post(ouvrir, envoi).status_code == 422, "not signed"
    avenant.signe_le = jour
    avenant.save()
    assert client.post(ouvrir, envoi).status_code == 422, "of no effect that day"
    avenant.prend_effet_le = jour
    avenant.save()
    assert client.post(ouvrir, envoi).status_code == client.post(clore, envoi).status_code == 302
    assert part.flux.ouverts().get(code="recuperation").avenant == avenant
    assert part.flux.get(code="indu").clos_par == avenant


def test_an_authorisation_that_opens_nothing_is_told(scene: Scene, connecte):
    """E-01, E-08: another domain, an account of the other side: refused; no account yet, no engagement: said in the list."""
    part, par = scene.participation, scene.administrateur
    for cote, courriel, mot in (
        ("partenaire", "quelqu.un@ailleurs.example", "pas de la structure"),
        ("caisse", scene.technicien.email, "autre partie"),
        ("partenaire", scene.agent.email, "pas de la structure"),
    ):
        with pytest.raises(ValidationError, match=mot):
            acces.donner_autorisation(
                par=par, participation=part, cote=cote, courriel=courriel, flux=["indu"], debut=part.debut
            )
    for courriel in ("futur@hautrhin.example", "neuf.mdph@hautrhin.example"):
        acces.donner_autorisation(
            par=par, participation=part, cote="partenaire", courriel=courriel, flux=["indu"], debut=part.debut
        )
    distribution.creer_compte_actif("neuf.mdph", Profil.TECHNICIEN, partenaire=part.partenaire)
    base = [part.convention.reference, part.caisse.code]
    page = connecte(par).get(reverse("echange-reglages", args=base)).content.decode()
    assert page.count("Aucun compte actif n’a cette adresse") == page.count("Engagement à signer") == 1
