"""What an administrateur says of his caisse: how it is reached, its days off, its pôles, its delays, its channels.

C-08, I-02, I-04, T-04, D-11.
"""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.actions.comptes import creer_compte
from caisses import actions as actions_actions
from caisses.models import Motif
from conventions.actions import conventions
from signalements.aiguillage.actions import enregistrer_regle
from socle.acteurs import MACHINE
from socle.profils import Profil
from tests.conventions.aides import erreurs, rien_ne_change
from tests.distribution import creer_compte_actif
from tests.signalements.fabrique import deposer

COORDONNEES = {
    "courriel": "accueil@cpam-moselle.example",
    "telephone": "03 87 00 00 10",
    "support_nom": "Cellule partenariats",
    "support_telephone": "03 87 00 00 11",
}


def test_the_structure_reads_how_to_reach_the_caisse(
    client, caisse_moselle, connecte, technicien_metz, administrateur_var
):
    """C-08, I-04: its interlocuteur local stands on the support page of its partners; only the caisse says it."""
    adresse = "/caisse/moselle/decrire/"
    with rien_ne_change():
        assert connecte(administrateur_var).post(adresse, COORDONNEES).status_code == 404
        refus = erreurs(client.post(adresse, COORDONNEES | {"support_nom": ""}))
        assert refus == {"support_nom": "Ce champ est obligatoire."}
        with pytest.raises(PermissionDenied):
            actions_actions.decrire_caisse(par=technicien_metz, caisse=caisse_moselle, telephone="3646")
        with pytest.raises(TypeError, match="code"):
            actions_actions.decrire_caisse(par=MACHINE, caisse=caisse_moselle, code="autre")
    assert client.post(adresse, COORDONNEES).status_code == 302
    page = connecte(technicien_metz).get("/assistance/").content.decode().replace("\xa0", " ")
    assert "Cellule partenariats" in page
    assert "03 87 00 00 11" in page


def test_a_day_off_of_the_caisse(client, caisse_moselle, administrateur_var, technicien_metz, connecte):
    """T-04: a customary day counts no more among the working days of this caisse; it is said once."""
    avant = caisse_moselle.jour_ouvre_apres(caisse_moselle.jour, 5)
    adresse = "/caisse/moselle/jours-chomes/nouveau/"
    champs = {"jour": avant.isoformat(), "libelle": "Fête locale"}
    with rien_ne_change():
        assert connecte(administrateur_var).post(adresse, champs).status_code == 404
        with pytest.raises(PermissionDenied):
            actions_actions.ajouter_jour_chome(
                par=technicien_metz, caisse=caisse_moselle, jour=avant, libelle="X"
            )
    assert client.post(adresse, champs).status_code == 302
    relue = type(caisse_moselle).objects.get(pk=caisse_moselle.pk)
    assert relue.jour_ouvre_apres(caisse_moselle.jour, 5) > avant
    with rien_ne_change():
        seconde = client.post(adresse, champs)
        assert seconde.status_code == 422


def test_a_motif_goes_to_its_pole_within_its_delay(
    client, caisse_moselle, caisse_var, administrateur_var, technicien_metz, connecte
):
    """D-08, D-11: the next demandes go to the pôle and are promised within the delay that the caisse set."""
    assert client.post("/caisse/moselle/poles/nouveau/", {"libelle": "Cellule précarité"}).status_code == 302
    pole = caisse_moselle.poles.get(code="cellule-precarite")
    adresse = "/caisse/moselle/motifs/saisine-mas/regler/"
    champs = {"delai_jours": "60", "delai_urgent_jours": "1"}
    regle = {"motif": "saisine-mas", "poles": pole.pk, "place": 1}
    with rien_ne_change():
        assert connecte(administrateur_var).post(adresse, champs).status_code == 404
        for champ, valeur in (("delai_jours", "61"), ("delai_jours", "0"), ("delai_urgent_jours", "0")):
            refus = erreurs(client.post(adresse, champs | {champ: valeur}))
            assert refus == {champ: "Indiquez un nombre de 1 à 60."}
    assert client.post(adresse, champs).status_code == 302
    assert client.post("/caisse/moselle/aiguillage/nouvelle/", regle).status_code == 302
    demande = deposer(technicien_metz, "saisine-mas")
    assert demande.pole == pole
    assert demande.promise_le == caisse_moselle.jour_ouvre_apres(caisse_moselle.jour, 60)
    # Left empty, the habits of the portal come back.
    assert client.post(adresse, {}).status_code == 302
    (regle,) = caisse_moselle.aiguillages.all()
    retirer = f"/caisse/moselle/aiguillage/{regle.pk}/retirer/"
    assert "toutes les demandes" not in client.get(retirer).content.decode()
    assert client.post(retirer).status_code == 302
    demande = deposer(technicien_metz, "saisine-mas")
    assert demande.pole.code == Motif.objects.get(code="saisine-mas").pole_code
    assert demande.promise_le == caisse_moselle.jour_ouvre_apres(caisse_moselle.jour, 10)


def test_what_no_form_offers_is_refused_all_the_same(
    client, caisse_moselle, caisse_var, technicien_metz, metz
):
    """D-08, D-11, D-20, C-09, C-10: by whom may not, to a pôle of another caisse, out of bounds, twice."""
    motif, part = Motif.objects.get(code="saisine-mas"), metz.conventions.get().participations.get()
    refuses = {"par": technicien_metz, "caisse": caisse_moselle}
    with rien_ne_change():
        with pytest.raises(PermissionDenied):
            actions_actions.creer_pole(**refuses, libelle="X")
        with pytest.raises(PermissionDenied):
            actions_actions.regler_motif(**refuses, motif=motif)
        with pytest.raises(PermissionDenied):
            actions_actions.regler_relances(
                **refuses, premiere_relance_jours=1, seconde_relance_jours=2, sans_reponse_jours=3
            )
        with pytest.raises(PermissionDenied):
            conventions.ouvrir_motifs(
                par=technicien_metz, participation=part, ouverture=conventions.Ouverture(caisse_moselle)
            )
        refuses["par"] = MACHINE
        with pytest.raises(ValidationError, match="parmi les pôles de votre caisse"):
            enregistrer_regle(
                None,
                **refuses,
                motif=motif,
                structure="",
                departement="",
                poles=caisse_var.poles.all()[:1],
                place=1,
            )
        for delai in (0, 61):
            with pytest.raises(ValidationError, match="de 1 à 60 jours ouvrés"):
                actions_actions.regler_motif(**refuses, motif=motif, delai_jours=delai)
        for nom in (caisse_moselle.poles.first().libelle, "!!"):
            refus = erreurs(client.post("/caisse/moselle/poles/nouveau/", {"libelle": nom}))
            assert "porte déjà ce nom" in refus["libelle"]


def test_a_draft_engages_a_caisse_and_knows_its_parameters(brouillon, caisse_moselle, metz):
    """C-01, C-09, C-13: the history opens with who wrote it; what a command enters has no such line."""
    texte = {"par": MACHINE, "partenaire": metz, "denonciation_mois": 3}
    ouvertures = [conventions.Ouverture(caisse_moselle)]
    assert brouillon.jalons.get().nature == "redaction"
    with rien_ne_change():
        with pytest.raises(ValidationError, match="engage au moins une caisse"):
            conventions.rediger_convention(**texte, ouvertures=[])
        with pytest.raises(TypeError, match="paramètres inconnus"):
            conventions.rediger_convention(**texte, ouvertures=ouvertures, couleur="bleue")
    reprise = conventions.rediger_convention(**texte, ouvertures=ouvertures)
    assert not reprise.jalons.exists()


def test_a_channel_is_taken_off_the_list(client, caisse_moselle, connecte, administrateur_var):
    """I-02: that one, not its neighbours; by the caisse only."""
    for nom, canal, valeur in (
        ("3646", "telephone", "3646"),
        ("Boîte des partenaires", "bal", "partenaires@cpam-moselle.example"),
    ):
        champs = {"canal": canal, "libelle": nom, "valeur": valeur, "usage": "Questions courantes"}
        assert client.post("/caisse/moselle/vecteurs/nouveau/", champs).status_code == 302
    adresse = f"/caisse/moselle/vecteurs/{caisse_moselle.vecteurs.get(libelle='3646').pk}/retirer/"
    with rien_ne_change():
        assert connecte(administrateur_var).post(adresse).status_code == 404
    assert client.post(adresse).status_code == 302
    assert [un.libelle for un in caisse_moselle.vecteurs.all()] == ["Boîte des partenaires"]


def test_a_channel_is_judged_changed_and_moved(client, caisse_moselle):
    """I-02, F13: neither number nor address that is none; changed in place, put where the convention puts it."""
    adresse = "/caisse/moselle/vecteurs/nouveau/"
    with rien_ne_change():
        for canal, valeur in (("bal", "pas une adresse"), ("telephone", "abc"), ("bal", "")):
            champs = {"canal": canal, "libelle": "X", "valeur": valeur, "usage": ""}
            assert "valeur" in erreurs(client.post(adresse, champs))
    assert not caisse_moselle.vecteurs.exists()
    for libelle in ("Un", "Deux", "Trois"):
        client.post(adresse, {"canal": "accueil", "libelle": libelle, "valeur": "", "usage": ""})
    trois = caisse_moselle.vecteurs.get(libelle="Trois")
    change = {
        "canal": "accueil",
        "libelle": "Trois bis",
        "valeur": "",
        "usage": "Sur rendez-vous",
        "place": "1",
    }
    assert client.post(f"/caisse/moselle/vecteurs/{trois.pk}/modifier/", change).status_code == 302
    assert [un.libelle for un in caisse_moselle.vecteurs.all()] == ["Trois bis", "Un", "Deux"]


def test_a_mailbox_serves_several_caisses(administrateur_moselle, caisse_moselle, caisse_var, client):
    """I-02 [76]: one BAL, one pôle, two caisses; only who sets both shares it, and where it is told it cannot be changed."""
    bal = {"canal": "bal", "libelle": "Commune", "valeur": "commune@caisse.example", "usage": ""}
    pole = caisse_moselle.poles.order_by("pk")[0]
    adresse = "/caisse/moselle/vecteurs/nouveau/"
    assert "Sert aussi" not in client.get(adresse).text
    client.post(adresse, bal | {"aussi_pour": ["var"], "pole": caisse_var.poles.order_by("pk")[0].pk})
    assert not caisse_moselle.vecteurs.exists(), "a pôle of another caisse"
    client.post(adresse, bal | {"aussi_pour": ["var"]})
    assert not caisse_var.moyens_de_contact.exists(), "he does not set the Var"
    commune = caisse_moselle.vecteurs.get()
    with pytest.raises(PermissionDenied):
        actions_actions.definir_vecteurs(
            par=administrateur_moselle, caisse=caisse_moselle, vecteurs=[bal | {"aussi_pour": ["var"]}]
        )
    administrateur_moselle.caisses.add(caisse_var)
    change = bal | {"place": 1, "aussi_pour": ["var"], "pole": pole.pk}
    client.post(f"/caisse/moselle/vecteurs/{commune.pk}/modifier/", change)
    commune = caisse_moselle.vecteurs.get()
    assert f"pôle {pole}" in commune.precisions
    assert list(caisse_var.moyens_de_contact) == list(caisse_moselle.moyens_de_contact) == [commune]
    page = client.get("/caisse/var/").text
    assert f"Tenu par {caisse_moselle}" in page and f"/vecteurs/{commune.pk}/" not in page
    assert client.get("/aide/autres-moyens/").text.count("commune@caisse.example") == 2
    # Who sets the Moselle alone keeps what it serves, without choosing it again.
    administrateur_moselle.caisses.remove(caisse_var)
    page = client.get(f"/caisse/moselle/vecteurs/{commune.pk}/modifier/").text
    assert re.search(r'name="aussi_pour"[^>]*value="var"[^>]*checked', page)


def test_a_channel_says_its_theme_its_departements_and_its_word(client, caisse_moselle):
    """I-02: one mailbox for two départements, by theme; the 3646 with the word to say; read without an account too."""
    adresse = "/caisse/moselle/vecteurs/nouveau/"
    bal = {"canal": "bal", "libelle": "Soins", "valeur": "soins@caisse.example", "theme": "Accès aux soins"}
    client.post(adresse, bal | {"departements": "27 et 76", "mention": "PARTENAIRE"})
    client.post(
        adresse, {"canal": "telephone", "libelle": "3646", "valeur": "3646", "mention": "service social"}
    )
    assert [un.precisions for un in caisse_moselle.vecteurs.all()] == [
        "Accès aux soins ; départements 27 et 76 ; objet : « PARTENAIRE »",
        "dites « service social »",
    ]
    for page in (client.get("/caisse/moselle/"), Client().get("/aide/autres-moyens/")):
        texte = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "dites « service social »" in texte and "départements 27 et 76" in texte


def test_the_list_says_what_a_state_does_not(client, en_vigueur, caisse_moselle):
    """M13: suspended, put on notice, or without the bilan of its year, a convention says so in the list."""

    def tableau() -> str:
        return client.get("/conventions/").content.decode().partition("<tbody>")[2]

    assert "Accès suspendu" not in tableau()
    part = f"/conventions/{en_vigueur.reference}/caisses/moselle/"
    client.post(f"{part}suspendre/", {"raison": "Silence."})
    notice = {"document": "convention", "qui": "caisse", "manquement": "Silence."}
    client.post(f"{part}mettre-en-demeure/", notice | {"envoyee_le": caisse_moselle.jour.isoformat()})
    page = tableau()
    assert "Accès suspendu" in page
    assert "Mise en demeure" in page
    assert "Bilan à établir" not in page
    assert "En vigueur, accès au portail suspendu" in client.get(f"/conventions/{en_vigueur.reference}/").text


def test_a_pole_is_renamed_then_removed_once_nothing_goes_to_it(
    client, caisse_moselle, administrateur_var, technicien_metz, connecte
):
    """D-11: what goes to it still does under its new name; it is never taken away from a demande, nor from a motif."""
    client.post("/caisse/moselle/poles/nouveau/", {"libelle": "Cellule précarité"})
    pole = caisse_moselle.poles.get(code="cellule-precarite")
    renommer, retirer = (f"/caisse/moselle/poles/{pole.pk}/{verbe}/" for verbe in ("renommer", "retirer"))
    autre = caisse_moselle.poles.exclude(pk=pole.pk).order_by("pk")[0]
    with rien_ne_change():
        assert connecte(administrateur_var).post(renommer, {"libelle": "À moi"}).status_code == 404
        assert erreurs(client.post(renommer, {"libelle": autre.libelle.upper()})).keys() == {"libelle"}
    assert client.post(renommer, {"libelle": "Cellule grande précarité"}).status_code == 302
    regle = {"motif": "saisine-mas", "poles": pole.pk, "place": 1}
    client.post("/caisse/moselle/aiguillage/nouvelle/", regle)
    demande = deposer(technicien_metz, "saisine-mas")
    assert str(demande.pole) == "Cellule grande précarité"
    with rien_ne_change():
        assert "Des motifs vont encore" in client.post(retirer, {"confirme": "1"}).content.decode()
    (ecrite,) = caisse_moselle.aiguillages.all()
    client.post(f"/caisse/moselle/aiguillage/{ecrite.pk}/", regle | {"poles": autre.pk})
    with rien_ne_change():
        assert "encore gardées" in client.post(retirer, {"confirme": "1"}).content.decode()
    demande.delete()
    assert client.post(retirer, {"confirme": "1"}).status_code == 302
    assert not caisse_moselle.poles.filter(pk=pole.pk).exists()


def test_no_motif_is_left_without_a_pole(client, caisse_moselle):
    """D-11: the habitual pôle of a motif stays until a rule of all its demandes sends them elsewhere."""
    motif = Motif.objects.get(pk="saisine-mas")
    pole = caisse_moselle.poles.get(code=motif.pole_code)
    autre = caisse_moselle.poles.exclude(pk=pole.pk).order_by("pk")[0]
    # Of some demandes only: the others still go there.
    regle = {"motif": motif.pk, "departement": "57", "poles": autre.pk, "place": 1}
    client.post("/caisse/moselle/aiguillage/nouvelle/", regle)
    with rien_ne_change():
        client.post(f"/caisse/moselle/poles/{pole.pk}/retirer/", {"confirme": "1"})


def test_the_rule_that_stands_for_a_removed_pole_stays(client, caisse_moselle, technicien_metz):
    """D-11: neither taken away nor narrowed while a motif has no other way; a deposit always goes somewhere."""
    motif = Motif.objects.get(pk="saisine-mas")
    pole = caisse_moselle.poles.get(code=motif.pole_code)
    autre = caisse_moselle.poles.exclude(pk=pole.pk).order_by("pk")[0]
    regle = {"motif": "", "poles": autre.pk, "place": 1}
    client.post("/caisse/moselle/aiguillage/nouvelle/", regle)
    assert client.post(f"/caisse/moselle/poles/{pole.pk}/retirer/", {"confirme": "1"}).status_code == 302
    adresse = f"/caisse/moselle/aiguillage/{caisse_moselle.aiguillages.get().pk}/"
    with rien_ne_change():
        for change in ({"departement": "57"}, {"structure": "MDPH"}, {"motif": "renoncement"}):
            assert "n’iraient plus" in client.post(adresse, regle | change).content.decode()
        client.post(f"{adresse}retirer/", {"confirme": "1"})
    assert deposer(technicien_metz, "saisine-mas").pole == autre


def test_the_national_corrects_a_caisse_and_closes_one_that_nothing_binds(
    caisse_moselle, metz, administrateur_moselle, national, connecte
):
    """A-20: its calendar stays; closed, it takes no convention and no account, and its own keep reading it."""
    client = connecte(national)
    champs = {
        "nom": "CPAM de la Moselle et de la Meuse",
        "departements": "55",
        "courriel": "",
        "telephone": "3646",
    }
    assert (
        connecte(administrateur_moselle).post("/national/caisses/moselle/corriger/", champs).status_code
        == 403
    )
    client.post("/national/caisses/moselle/corriger/", champs)
    caisse_moselle.refresh_from_db()
    assert (caisse_moselle.nom, caisse_moselle.couverts) == (champs["nom"], {"55", "57"})
    with rien_ne_change():
        page = client.post("/national/caisses/moselle/fermer/", {"confirme": "1"}).content.decode()
        assert "Des conventions lient encore cette caisse" in page
    meuse = actions_actions.creer_caisse(
        par=MACHINE, code="meuse", nom="CPAM de la Meuse", departement="55", domaines=["cpam-meuse.example"]
    )
    liste = client.get("/national/caisses/").content.decode()
    assert "/national/caisses/meuse/fermer/" in liste and "/national/caisses/moselle/fermer/" not in liste
    assert client.post("/national/caisses/meuse/fermer/", {"confirme": "1"}).status_code == 302
    meuse.refresh_from_db()
    assert "Fermée" in client.get("/national/caisses/").content.decode()
    with rien_ne_change():
        ouverture = conventions.Ouverture(caisse=meuse, motifs=list(Motif.objects.all()[:1]))
        with pytest.raises(ValidationError, match="fermée"):
            conventions.rediger_convention(
                par=MACHINE, partenaire=metz, ouvertures=[ouverture], denonciation_mois=3
            )
        with pytest.raises(ValidationError, match="fermée"):
            creer_compte(
                profil="agent",
                nom="Rougemont",
                prenom="Ève",
                email="eve@cpam-meuse.example",
                par=MACHINE,
                caisses=[meuse],
            )
    assert client.post("/national/caisses/meuse/fermer/", {"confirme": "1"}).status_code == 409


def test_the_first_steps_of_a_caisse_go_away_one_by_one(connecte, national):
    """A-20: a new administrateur is led to what is still missing; nothing of it stays once done."""
    meuse = actions_actions.creer_caisse(par=MACHINE, code="meuse", nom="CPAM de la Meuse", departement="55")
    assert "CPAM de la Meuse : sans administrateur" in connecte(national).get("/").content.decode().replace(
        "\xa0", " "
    )
    chef = creer_compte_actif("chef.meuse", Profil.ADMINISTRATEUR, caisses=(meuse,))
    client = connecte(chef)

    def reste() -> set[str]:
        page = client.get("/").content.decode()
        return {
            adresse
            for adresse in (
                "/caisse/meuse/decrire/",
                "/caisse/meuse/vecteurs/nouveau/",
                "/caisse/agents/nouveau/",
                "/partenaires/",
            )
            if f'href="{adresse}"' in page.split("<main", 1)[1]
        }

    assert len(reste()) == 4
    client.post("/caisse/meuse/decrire/", COORDONNEES)
    assert "/caisse/meuse/decrire/" not in reste()
    actions_actions.definir_vecteurs(
        par=chef, caisse=meuse, vecteurs=[{"canal": "telephone", "libelle": "Accueil", "valeur": "3646"}]
    )
    creer_compte_actif("agent.meuse", Profil.AGENT, caisses=(meuse,))
    assert reste() == {"/partenaires/"}
