"""The life of the desk: models of answer, absences, load and delays, redistribution, prolongation, steps."""

import datetime as dt
import html
import re

import pytest
from django.utils.html import escapejs

from signalements.actions import ecritures as actions_commun
from signalements.actions import instruction
from signalements.bureau.actions import enregistrer_modele
from signalements.models.absences import Absence
from signalements.models.demandes import Demande
from signalements.models.modeles import ModeleReponse
from signalements.workflow import Statut
from socle import horloge
from socle.models import CourrielSortant
from socle.templatetags.portail import date_longue
from tests import distribution
from tests.signalements.fabrique import demande_en, deposer, dernier_courriel

MODELE = {"acte": "repondre", "motif": "", "titre": "Droits rouverts", "texte": "Vos droits sont rouverts."}
NIR = "2 85 03 57 463 012 54"


@pytest.fixture
def demande(technicien_metz, agent_moselle):
    return demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)


@pytest.fixture
def collegue_moselle(caisse_moselle):
    return distribution.creer_compte_actif("collegue.moselle", "agent", caisses=(caisse_moselle,))


def lue(reponse) -> str:
    return html.unescape(reponse.content.decode()).replace("\xa0", " ")


# --- Models of answer


@pytest.mark.parametrize("qui", ["superviseur_moselle", "administrateur_moselle"])
def test_ecrire_changer_supprimer_un_modele(request, caisse_moselle, qui):
    """D-03: a model is written once for a moment, without a NIR."""
    client = distribution.connecte(request.getfixturevalue(qui))
    assert "Aucun modèle" in lue(client.get("/tri/modeles/"))
    assert client.get("/tri/modeles/nouveau/").status_code == 200
    saisie = MODELE | {"caisse": caisse_moselle.pk}
    assert client.post("/tri/modeles/nouveau/", saisie).url == "/tri/modeles/"
    modele = ModeleReponse.objects.get()
    assert "Vos droits sont rouverts." in lue(client.get("/tri/modeles/"))
    # Same title, same moment: refused; a NIR: refused.
    reponse = client.post("/tri/modeles/nouveau/", saisie)
    assert reponse.status_code == 422 and "porte déjà ce titre" in lue(reponse)
    reponse = client.post("/tri/modeles/nouveau/", saisie | {"titre": "Autre", "texte": f"Le {NIR}"})
    assert reponse.status_code == 422 and ModeleReponse.objects.count() == 1
    adresse = f"/tri/modeles/{modele.pk}/"
    assert "Vos droits sont rouverts." in lue(client.get(adresse))
    client.post(adresse, saisie | {"texte": "Vos droits sont de nouveau ouverts."})
    modele.refresh_from_db()
    assert modele.texte == "Vos droits sont de nouveau ouverts."
    client.post(f"{adresse}supprimer/")
    assert not ModeleReponse.objects.exists()


def test_un_agent_lit_les_modeles_sans_les_changer(
    agent_moselle, agent_var, superviseur_moselle, caisse_moselle
):
    champs = MODELE | {"motif": None, "caisse": caisse_moselle}
    modele = enregistrer_modele(None, par=superviseur_moselle, **champs)
    client = distribution.connecte(agent_moselle)
    assert "Droits rouverts" in lue(client.get("/tri/modeles/"))
    for adresse in (
        "/tri/modeles/nouveau/",
        f"/tri/modeles/{modele.pk}/",
        f"/tri/modeles/{modele.pk}/supprimer/",
    ):
        assert client.post(adresse, MODELE).status_code == 403
    assert "Droits rouverts" not in lue(distribution.connecte(agent_var).get("/tri/modeles/"))
    assert ModeleReponse.objects.get().titre == "Droits rouverts"


def test_inserer_un_modele_apres_ce_qui_est_ecrit(
    demande, agent_moselle, superviseur_moselle, caisse_moselle, caisse_var
):
    """Without JavaScript: the text comes after what was typed; nothing is sent; models of others are not offered."""
    commun = {"par": superviseur_moselle, "acte": "repondre", "texte": "Vos droits sont rouverts."}
    bon = enregistrer_modele(None, caisse=caisse_moselle, motif=demande.motif, titre="Le bon", **commun)
    autre_motif = demande.motif.service.motifs.exclude(pk=demande.motif_id).order_by("pk")[0]
    enregistrer_modele(None, caisse=caisse_moselle, motif=autre_motif, titre="Autre motif", **commun)
    enregistrer_modele(
        None,
        caisse=caisse_moselle,
        motif=None,
        titre="Un complément",
        **commun | {"acte": "demander-complement"},
    )
    ailleurs = enregistrer_modele(None, caisse=caisse_var, motif=None, titre="Autre caisse", **commun)
    client = distribution.connecte(agent_moselle)
    page = lue(client.get(f"/tri/{demande.reference}/"))
    assert "Le bon" in page and "Un complément" in page
    assert "Autre motif" not in page and "Autre caisse" not in page
    envoi = {"repondre-texte": "Bonjour Madame.", "repondre-issue": "information"}
    for modele, texte in (
        (bon, "Bonjour Madame.\n\nVos droits sont rouverts."),
        (ailleurs, "Bonjour Madame."),
    ):
        reponse = client.post(f"/tri/{demande.reference}/repondre/", envoi | {"inserer": modele.pk})
        assert reponse.status_code == 200
        assert f">\n{texte}</textarea>" in lue(reponse)
    demande.refresh_from_db()
    assert demande.statut == Statut.EN_COURS and not demande.messages.exists()


def test_un_modele_remplit_ses_variables_et_propose_son_issue(
    demande, agent_moselle, superviseur_moselle, caisse_moselle
):
    """D-20, D-14: reference, structure, promised date, signature; the outcome with it; never a word of the person."""
    client = distribution.connecte(superviseur_moselle)
    texte = "Dossier {référence} de {structure}, promis {date promise}.\n{signature}"
    saisie = MODELE | {"caisse": caisse_moselle.pk, "texte": texte, "issue": "information"}
    reponse = client.post("/tri/modeles/nouveau/", saisie | {"texte": "Bonjour {nom de la personne}"})
    assert reponse.status_code == 422 and "Rien ne remplit {nom de la personne}" in lue(reponse)
    assert client.post("/tri/modeles/nouveau/", saisie).status_code == 302
    modele = ModeleReponse.objects.get()
    client = distribution.connecte(agent_moselle)
    attendu = (
        f"Dossier {demande.reference} de Metz Métropole, promis {date_longue(demande.promise_le)}.\n"
        "Agent Moselle, CPAM de Moselle"
    ).replace("\xa0", " ")
    # With a script, the text stands on the button; without, the page comes back with it.
    assert f'data-texte="{escapejs(attendu)}"' in lue(client.get(f"/tri/{demande.reference}/"))
    page = lue(client.post(f"/tri/{demande.reference}/repondre/", {"inserer": modele.pk}))
    assert f">\n{attendu}</textarea>" in page and '<option value="information" selected>' in page


def test_rien_ne_part_avec_un_crochet_a_remplir(demande, agent_moselle, technicien_metz):
    """D-10: what a model leaves to fill in is never read by the structure, in any of the caisse's acts."""
    client = distribution.connecte(agent_moselle)
    for verbe, reste in (
        ("repondre", {"issue": "information"}),
        ("demander-complement", {}),
        ("ecrire", {}),
        ("declarer-irrecevable", {"raison": "doublon"}),
    ):
        envoi = {"texte": "Vos droits sont ouverts à compter du [date]."} | reste
        reponse = client.post(
            f"/tri/{demande.reference}/{verbe}/", {f"{verbe}-{nom}": valeur for nom, valeur in envoi.items()}
        )
        page = lue(reponse)
        assert reponse.status_code == 422 and "[date]" in page, verbe
        assert re.search(rf'id="{verbe}" open', page), "the refused act stands open"
    assert not demande.messages.exists()
    # The structure writes what it wants.
    envoi = {"ecrire-texte": "Le courrier dit [sic] autre chose."}
    assert (
        distribution.connecte(technicien_metz)
        .post(f"/demandes/{demande.reference}/ecrire/", envoi)
        .status_code
        == 302
    )


def test_repondre_c_est_prendre_en_charge_et_passer_a_la_suivante(technicien_metz, agent_moselle):
    """D-20: from the list, one page and one sending; the history says both acts, the next one opens."""
    demande, prochaine = deposer(technicien_metz), deposer(technicien_metz)
    client = distribution.connecte(agent_moselle)
    page = lue(client.get(f"/tri/{demande.reference}/"))
    assert re.search(r'id="repondre" open', page) and "Envoyer la réponse et passer à la suivante" in page
    reponse = client.post(
        f"/tri/{demande.reference}/repondre/",
        {"repondre-texte": "C’est fait.", "repondre-issue": "information", "suivante": "1"},
        follow=True,
    )
    assert reponse.redirect_chain[-1][0] == f"/tri/{prochaine.reference}/"
    demande.refresh_from_db()
    assert (demande.statut, demande.agent, demande.traitee_par) == (
        *(Statut.TRAITEE, agent_moselle),
        agent_moselle,
    )
    verbes = list(demande.evenements.order_by("pk").values_list("verbe", flat=True))
    assert verbes[-2:] == ["prendre_en_charge", "repondre"]


def test_la_tete_dit_de_quoi_il_s_agit(demande, agent_moselle, superviseur_moselle, technicien_metz):
    """D-08, D-14: motif, person, structure, promise with its lateness, who has it; no name in the title of the window."""
    Demande.objects.filter(pk=demande.pk).update(promise_le=demande.caisse.jour - dt.timedelta(days=150))
    for compte, prise in (
        (agent_moselle, "prise par vous"),
        (superviseur_moselle, "prise par Agent Moselle"),
    ):
        page = lue(distribution.connecte(compte).get(f"/tri/{demande.reference}/"))
        tete = page[page.index("<h1>") : page.index("Fiche de signalement")]
        for attendu in (
            *(str(demande.motif), demande.reference, "Madame Élodie Larivandière (27/03/1985)"),
            *("Metz Métropole", "promise le", "il y a 5 mois", "En retard", prise),
        ):
            assert attendu in tete, attendu
        assert "Larivandière" not in page[: page.index("</title>")]
    page = lue(distribution.connecte(superviseur_moselle).get(f"/tri/{demande.reference}/"))
    assert "prise en charge par Agent Moselle, dont la structure attend la réponse" in page


# --- Absences


def saisie_absence(agent, remplacant, debut=0, fin=3):
    jour = horloge.jour("Europe/Paris")
    return {
        "agent": agent.pk,
        "remplacant": remplacant.pk,
        "debut": (jour + dt.timedelta(days=debut)).isoformat(),
        "fin": (jour + dt.timedelta(days=fin)).isoformat(),
    }


def test_noter_puis_supprimer_son_absence(agent_moselle, collegue_moselle):
    client = distribution.connecte(agent_moselle)
    assert "Aucune absence" in lue(client.get("/tri/absences/"))
    assert client.post("/tri/absences/", saisie_absence(agent_moselle, collegue_moselle)).status_code == 302
    assert "Collegue Moselle" in lue(client.get("/tri/absences/"))
    absence = Absence.objects.get()
    assert (
        distribution.connecte(collegue_moselle).post(f"/tri/absences/{absence.pk}/supprimer/").status_code
        == 403
    )
    assert client.post(f"/tri/absences/{absence.pk}/supprimer/").status_code == 302
    assert not Absence.objects.exists()


def test_les_absences_refusees(agent_moselle, collegue_moselle, superviseur_moselle, agent_var):
    client = distribution.connecte(agent_moselle)
    client.post("/tri/absences/", saisie_absence(agent_moselle, collegue_moselle, 10, 12))
    for saisie, phrase in (
        (saisie_absence(collegue_moselle, agent_moselle), "Cet agent n’est pas de vos caisses."),
        (saisie_absence(agent_moselle, agent_var), "Cet agent n’est pas de vos caisses."),
        (saisie_absence(agent_moselle, agent_moselle), "Choisissez un autre agent que celui qui est absent."),
        (saisie_absence(agent_moselle, collegue_moselle, 3, 1), "Le dernier jour est avant le premier."),
        (saisie_absence(agent_moselle, collegue_moselle, -9, -7), "Cette période est déjà passée."),
        (
            saisie_absence(agent_moselle, collegue_moselle, 11, 20),
            "Une absence est déjà notée pour cette période.",
        ),
        ({"debut": "hier"}, "Donnez une date."),
    ):
        reponse = client.post("/tri/absences/", saisie)
        assert reponse.status_code == 422 and phrase in lue(reponse), phrase
    assert Absence.objects.count() == 1
    # A superviseur says it for an agent.
    client = distribution.connecte(superviseur_moselle)
    assert client.post("/tri/absences/", saisie_absence(collegue_moselle, agent_moselle)).status_code == 302


# --- The superviseur's page


def test_charge_et_delais_par_agent_et_par_pole(
    technicien_metz, agent_moselle, superviseur_moselle, collegue_moselle
):
    tenue, manquee = (demande_en(Statut.TRAITEE, technicien_metz, agent_moselle) for _ in range(2))
    Demande.objects.filter(pk=manquee.pk).update(promise_le=tenue.caisse.jour - dt.timedelta(days=1))
    demande_en(Statut.EN_COURS, technicien_metz, agent_moselle)
    deposer(technicien_metz)
    CourrielSortant.objects.create(
        message_id="<refuse@essai.example>",
        destinataire=technicien_metz.email,
        gabarit="essai",
        sujet="Réponse à la demande D26-0000-0000",
        corps="-",
        cree_le=horloge.maintenant(),
        abandonne_le=horloge.maintenant(),
    )
    page = lue(distribution.connecte(superviseur_moselle).get("/tri/equipe/"))
    assert re.search(r"50 %\s*\(<a[^>]*tenue=on[^>]*>1<.*?</a> sur <a[^>]*>2<", page, re.S)
    assert page.index("Agent Moselle") < page.index("Collegue Moselle")
    assert technicien_metz.email in page and "Courriels refusés" in page
    assert tenue.pole.libelle in page
    assert distribution.connecte(agent_moselle).get("/tri/equipe/").status_code == 403


def test_redistribuer_toutes_les_demandes_d_un_agent(
    technicien_metz, agent_moselle, superviseur_moselle, collegue_moselle, agent_var
):
    siennes = [demande_en(Statut.EN_COURS, technicien_metz, agent_moselle) for _ in range(2)]
    close = demande_en(Statut.CLOTUREE, technicien_metz, agent_moselle)
    client = distribution.connecte(superviseur_moselle)
    for faux in (
        {"de": agent_moselle.pk, "vers": agent_moselle.pk},
        {"de": agent_moselle.pk, "vers": agent_var.pk},
    ):
        assert client.post("/tri/equipe/", faux).status_code == 422
    envoi = {"de": agent_moselle.pk, "vers": collegue_moselle.pk, "texte": "Je pars."}
    page = lue(client.post("/tri/equipe/", envoi))
    assert "Collegue Moselle reçoit 2 demandes suivies jusqu’ici par Agent Moselle." in page
    assert not Demande.objects.filter(agent=collegue_moselle).exists()
    page = lue(client.post("/tri/equipe/", envoi | {"confirme": "1"}, follow=True))
    assert "2 demandes confiées à Collegue Moselle." in page
    assert set(Demande.objects.filter(agent=collegue_moselle)) == set(siennes)
    close.refresh_from_db()
    assert close.agent == agent_moselle
    assert dernier_courriel("attribuee").destinataire == collegue_moselle.email


# --- The term (D-15)


def test_prolonger_de_quinze_jours_pres_du_terme(
    demande, agent_moselle, superviseur_moselle, technicien_metz
):
    """D-15: a superviseur's decision with its reason, near the term only; the structure does not read the reason."""
    client, adresse = distribution.connecte(superviseur_moselle), f"/tri/{demande.reference}/prolonger/"
    envoi = {"prolonger-texte": "La commission se réunit la semaine prochaine."}
    avant = demande.terme_le
    assert client.post(adresse, envoi).status_code == 409
    assert Demande.objects.get().terme_le == avant
    terme = demande.caisse.jour + dt.timedelta(days=5)
    actions_commun.deplacer_terme(demande, terme)
    assert distribution.connecte(agent_moselle).post(adresse, envoi).status_code == 403
    assert client.post(adresse, {"prolonger-texte": ""}).status_code == 422
    assert client.post(adresse, envoi).status_code == 302
    demande.refresh_from_db()
    assert (demande.terme_le, demande.prolongations) == (terme + dt.timedelta(days=15), 1)
    assert demande.contenu["assure"]["nom"] == "Larivandière"
    assert "Conservation prolongée" in lue(client.get(f"/tri/{demande.reference}/"))
    assert "commission" not in lue(
        distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/")
    )


# --- Steps of the accompagnement


def test_les_etapes_de_l_accompagnement_sont_vues_des_deux_cotes(demande, agent_moselle, technicien_metz):
    client, adresse = distribution.connecte(agent_moselle), f"/tri/{demande.reference}/noter-etape/"
    assert client.post(adresse, {"noter-etape-etape": "accord"}).status_code == 302
    # Once only, and a known step only.
    assert client.post(adresse, {"noter-etape-etape": "accord"}).status_code == 422
    assert client.post(adresse, {"noter-etape-etape": "guerison"}).status_code == 422
    assert demande.evenements.filter(verbe="noter_etape").count() == 1
    jour = f"{demande.caisse.jour:%d/%m/%Y}"
    for page in (
        lue(client.get(f"/tri/{demande.reference}/")),
        lue(distribution.connecte(technicien_metz).get(f"/demandes/{demande.reference}/")),
    ):
        assert "Mission accompagnement santé" in page and jour in page and "À venir" in page
    assert dernier_courriel("message_recu").destinataire == technicien_metz.email


def test_pas_d_etape_sans_accompagnement_ni_par_un_collegue(
    technicien_metz, agent_moselle, collegue_moselle, demande
):
    autre = deposer(technicien_metz, "rdv-ame", raison_portail="autonomie", lieu="telephone")
    instruction.prendre_en_charge(autre, par=agent_moselle)
    for compte, cible, statut in (
        *((agent_moselle, autre, 409), (collegue_moselle, demande, 403), (technicien_metz, demande, 403)),
    ):
        reponse = distribution.connecte(compte).post(
            f"/tri/{cible.reference}/noter-etape/", {"noter-etape-etape": "accord"}
        )
        assert reponse.status_code == statut
        assert not cible.evenements.filter(verbe="noter_etape").exists()
