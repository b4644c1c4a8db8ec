"""What no page offers is refused by the act itself, whoever calls it.

C-01, C-03, C-04, C-05, C-06, C-07, C-08, C-09, C-11, C-12, C-15, C-16, C-18, A-16, A-20, A-21, D-16, I-02, Q-05.
"""

import datetime as dt
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from caisses import actions as actions_actions
from caisses.models import Motif
from conventions import regles
from conventions.actions import avenants, conventions, fiches, fins, partenaires, rappels, signatures
from conventions.frise import passe
from conventions.models.suites import Document, Partie
from conventions.phrases import paliers
from socle import horloge
from socle.acteurs import MACHINE
from tests.conventions.aides import erreurs, rien_ne_change
from tests.conventions.fabrique import contenu, signer


@pytest.fixture
def en_demeure(en_vigueur, caisse_moselle):
    """A convention in force with a référent and a formal notice whose time has run out."""
    part = en_vigueur.participations.get()
    fiches.ajouter_referent(
        par=MACHINE,
        convention=en_vigueur,
        partie=Partie.PARTENAIRE,
        theme="Suivi",
        nom="A. Morel",
        fonction="Chef",
    )
    return fins.mettre_en_demeure(
        par=MACHINE,
        participation=part,
        document=Document.CONVENTION,
        manquement="Comptes prêtés.",
        envoyee_le=caisse_moselle.jour - dt.timedelta(days=20),
    )


def actes(mise):
    """Return each act on a convention in force, all but who does it."""
    part = mise.participation
    convention, jour, partenaire = part.convention, part.caisse.jour, part.partenaire
    demeure = {"participation": part, "document": "utilisation", "manquement": "X", "envoyee_le": jour}
    return {
        "avenant": partial(
            avenants.rediger_avenant, convention=convention, objet="X", valeurs={"duree_mois": 24}
        ),
        "denonciation": partial(fins.denoncer, participation=part, lettre_du=jour, par_le_partenaire=False),
        "mise en demeure": partial(fins.mettre_en_demeure, **demeure),
        "réception": partial(fins.noter_reception, mise=mise, recue_le=jour),
        "clôture": partial(fins.clore_mise_en_demeure, mise=mise, le=jour),
        "résiliation": partial(fins.resilier, mise=mise, le=jour, raison="Silence."),
        "suspension": partial(fins.suspendre, participation=part, raison="Silence."),
        "levée": partial(fins.lever_suspension, participation=part),
        "référent": partial(
            fiches.ajouter_referent,
            convention=convention,
            partie="partenaire",
            theme="X",
            nom="X",
            fonction="X",
        ),
        "retrait": partial(fiches.retirer_referent, referent=convention.referents.first()),
        "sous-traitance": partial(
            fiches.enregistrer_sous_traitance,
            convention=convention,
            prestataire="X",
            objet="X",
            agreee_le=jour,
        ),
        "évaluation": partial(fiches.enregistrer_evaluation, convention=convention, le=jour),
        "suivi": partial(
            fiches.enregistrer_suivi, convention=convention, nature="comite", jour=jour, texte=""
        ),
        "code renouvelé": partial(fiches.renouveler_code, participation=part),
        "vecteurs": partial(actions_actions.definir_vecteurs, caisse=part.caisse, vecteurs=[]),
        "caisse": partial(actions_actions.creer_caisse, code="nord", nom="CPAM du Nord", departement="59"),
        "partenaire": partial(partenaires.modifier_partenaire, partenaire=partenaire, membres=3),
        "structure": partial(
            partenaires.creer_partenaire, siret="90057001100016", nom="CCAS", type="CCAS", membres=3
        ),
    }


def test_only_the_administrateur_of_the_caisse_acts(en_demeure, technicien_metz, administrateur_var):
    """The partner and the administrateur of another caisse are refused by the act, before anything is read."""
    with rien_ne_change():
        for nom, acte in actes(en_demeure).items():
            for par in (technicien_metz, administrateur_var):
                if par is administrateur_var and nom == "structure":
                    continue  # Any administrateur writes down a structure that no caisse knows yet.
                with pytest.raises(PermissionDenied):
                    acte(par=par)


@pytest.mark.parametrize(
    ("acte", "changes", "phrase"),
    [
        ("denonciation", {"bonne_fin_jours": 31}, "de 0 à 30 jours"),
        ("denonciation", {"bonne_fin_jours": -1}, "de 0 à 30 jours"),
        ("mise en demeure", {"manquement": "  "}, "Décrivez le manquement"),
        ("mise en demeure", {"document": "convention"}, "déjà en cours sur ce document"),
        ("résiliation", {"raison": "  "}, "Écrivez la raison"),
        ("suspension", {"raison": "  "}, "Écrivez la raison de la suspension"),
        ("levée", {}, "n’est pas suspendu"),
        ("référent", {"partie": "caisse", "caisse": None}, "n’est pas partie à la convention"),
        ("suivi", {"nature": "difficulte"}, "Écrivez en quelques mots"),
    ],
)
def test_what_is_unsound_is_refused(en_demeure, acte, changes, phrase):
    """The same sentence as beside the field, and nothing written."""
    with rien_ne_change(), pytest.raises(ValidationError, match=phrase):
        actes(en_demeure)[acte](par=MACHINE, **changes)


def test_twice_is_refused(en_demeure, administrateur_moselle):
    """A structure suspended, a référent taken away: not a second time; a structure keeps its other fields."""
    lignes = actes(en_demeure)
    for acte, phrase in (("suspension", "déjà suspendu"), ("retrait", "déjà retiré")):
        lignes[acte](par=MACHINE)
        with rien_ne_change(), pytest.raises(ValidationError, match=phrase):
            actes(en_demeure)[acte](par=MACHINE)
    with rien_ne_change(), pytest.raises(TypeError, match="non modifiables"):
        lignes["partenaire"](par=administrateur_moselle, siret="90057001100016")


@pytest.mark.parametrize(("partie", "qui"), [("partenaire", "le partenaire"), ("caisse", "CPAM de Moselle")])
def test_each_party_has_somebody_to_sign(client, brouillon, technicien_metz, partie, qui):
    """C-01: nothing goes to signature without a signatory of each party; the history says who sent it."""
    signataires = list(brouillon.signataires.filter(partie=partie))
    brouillon.signataires.filter(partie=partie).delete()
    with rien_ne_change():
        with pytest.raises(ValidationError, match=f"Indiquez qui signe pour {qui}"):
            conventions.mettre_a_la_signature(par=MACHINE, convention=brouillon)
        with pytest.raises(PermissionDenied):
            conventions.mettre_a_la_signature(par=technicien_metz, convention=brouillon)
    for signataire in signataires:
        signataire.save(force_insert=True)
    assert client.post(f"/conventions/{brouillon.reference}/mettre-a-la-signature/").status_code == 302
    assert [un.nature for un in brouillon.jalons.order_by("pk")] == ["redaction", "a-signer"]
    with pytest.raises(PermissionDenied):
        signatures.signer(par=technicien_metz, signataire=signataires[0], le=dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("changes", "rouvre"),
    [
        ({"utilisation_fin": -1, "utilisation_fin_cause": "resiliation"}, False),
        ({"utilisation_fin": 0, "utilisation_fin_cause": "resiliation"}, False),
        ({"utilisation_fin": 1, "utilisation_fin_cause": "resiliation"}, True),
        ({"fin": 60, "fin_cause": "denonciation"}, True),
    ],
)
def test_what_the_replacing_convention_takes_over(client, en_vigueur, caisse_moselle, changes, rouvre):
    """C-15: it ends the former one, denounced or not, and opens no portal that was closed to the structure."""
    jour = caisse_moselle.jour
    ancienne = en_vigueur.participations.get()
    en_jours = {nom: jour + dt.timedelta(days=v) if isinstance(v, int) else v for nom, v in changes.items()}
    type(ancienne).objects.filter(pk=ancienne.pk).update(**en_jours)
    nouvelle = conventions.rediger_convention(
        par=MACHINE,
        partenaire=en_vigueur.partenaire,
        ouvertures=[conventions.Ouverture(caisse_moselle, Motif.objects.all())],
        remplace=en_vigueur,
        denonciation_mois=3,
    )
    conventions.mettre_a_la_signature(par=MACHINE, convention=nouvelle)
    signer(client, nouvelle)
    ancienne.refresh_from_db()
    assert (ancienne.fin, ancienne.fin_cause) == (jour, "remplacement")
    assert (nouvelle.participations.get().utilisation_debut is not None) == rouvre


def test_a_draft_has_no_past_but_its_drafting(client, brouillon, caisse_moselle, caisse_var):
    """T-01, C-13: nothing comes by itself before the start; a convention engages a caisse of who drafts it."""
    (ligne,) = passe(brouillon, caisse_moselle.jour)
    assert ligne.titre == "Rédaction"
    adresse = f"/conventions/{brouillon.reference}/modifier/"
    donnees = contenu(caisse_var, version=str(brouillon.version))
    with rien_ne_change():
        assert erreurs(client.post(adresse, donnees)) == {
            "caisses": "Cochez au moins une caisse que vous administrez."
        }


def ouverte_depuis(convention, debut, **champs):
    """Move the start of its only part, and change the text."""
    convention.participations.update(debut=debut, utilisation_debut=debut)
    type(convention).objects.filter(pk=convention.pk).update(**champs)


def test_a_letter_is_of_the_time_of_its_document(client, en_vigueur, caisse_moselle):
    """C-05, C-06: convention and utilisation began on their own days; a letter about one is judged by its own."""
    jour = caisse_moselle.jour
    ouverte_depuis(en_vigueur, jour - dt.timedelta(days=40))
    ouverture = jour - dt.timedelta(days=10)
    en_vigueur.participations.update(utilisation_debut=ouverture)
    adresse = f"/conventions/{en_vigueur.reference}/caisses/moselle/mettre-en-demeure/"
    envoyee_le = (jour - dt.timedelta(days=20)).isoformat()
    lettre = {"qui": "caisse", "manquement": "Comptes prêtés.", "envoyee_le": envoyee_le}
    with rien_ne_change():
        assert erreurs(client.post(adresse, lettre | {"document": "utilisation"})) == {
            "envoyee_le": f"Ce document n’est en vigueur que depuis le {ouverture:%d/%m/%Y}."
        }
    assert client.post(adresse, lettre | {"document": "convention"}).status_code == 302


@pytest.mark.parametrize(("dans", "annonces"), [(0, 0), (1, 1), (30, 1), (31, 0)])
def test_which_comites_are_announced(en_vigueur, caisse_moselle, dans, annonces):
    """C-11: those of the next thirty days, the last one included; not today's, nor those of later."""
    fiches.enregistrer_suivi(
        par=MACHINE,
        convention=en_vigueur,
        nature="comite",
        jour=horloge.maintenant().date() + dt.timedelta(days=dans),
        texte="",
    )
    assert rappels.rappeler()["comites"] == annonces


@pytest.mark.parametrize(
    ("depuis_mois", "comite_jours", "attendu"),
    [(12, None, True), (11, None, False), (24, 366, True), (24, 300, False), (24, -20, False)],
)
def test_the_comite_of_the_year(client, en_vigueur, caisse_moselle, depuis_mois, comite_jours, attendu):
    """C-11: after a year without a comité, held or planned, the page says so; where one is agreed only."""
    jour = caisse_moselle.jour
    ouverte_depuis(en_vigueur, regles.plus_mois(jour, -depuis_mois), comite_pilotage=True)
    if comite_jours is not None:
        comite = fiches.enregistrer_suivi(
            par=MACHINE,
            convention=en_vigueur,
            nature="comite",
            jour=jour - dt.timedelta(days=comite_jours),
            texte="",
        )
        if comite_jours > 0:
            fiches.confirmer_comite(
                par=MACHINE, suivi=comite, tenu=True, presents="Les parties", texte="Former."
            )
    page = client.get(f"/conventions/{en_vigueur.reference}/").content.decode()
    assert ("Comité de pilotage à réunir" in page) == attendu
    ouverte_depuis(en_vigueur, regles.plus_mois(jour, -depuis_mois), comite_pilotage=False)
    page = client.get(f"/conventions/{en_vigueur.reference}/").content.decode()
    assert "Comité de pilotage à réunir" not in page


@pytest.mark.parametrize(
    ("dans", "champs", "attendu"),
    [(20, {}, True), (200, {}, False), (20, {"reconduction_tacite": False}, False)],
)
def test_the_evaluation_of_the_first_year(client, en_vigueur, caisse_moselle, dans, champs, attendu):
    """C-03, T-01: asked before the first reconduction, while in force, until it is made; nothing is blocked without it."""
    debut = regles.plus_mois(caisse_moselle.jour + dt.timedelta(days=dans), -12)
    ouverte_depuis(en_vigueur, debut, **champs)
    adresse = f"/conventions/{en_vigueur.reference}/"
    assert ("Évaluation de la première année à partager" in client.get(adresse).text) == attendu
    hier = caisse_moselle.jour - dt.timedelta(days=1)
    en_vigueur.participations.update(fin=hier, fin_cause="denonciation")
    assert "Évaluation de la première année à partager" not in client.get(adresse).text
    en_vigueur.participations.update(fin=None, fin_cause="")
    fiches.enregistrer_evaluation(par=MACHINE, convention=en_vigueur, le=caisse_moselle.jour)
    assert "Évaluation de la première année à partager" not in client.get(adresse).text


def test_who_identifies_a_caller(
    connecte, metz, technicien_metz, gestionnaire_metz, dpo_moselle, agent_moselle
):
    """C-12: the people of the caisse who answer, no one else; neither the structure nor the DPO."""
    for personne in (technicien_metz, gestionnaire_metz, dpo_moselle):
        client = connecte(personne)
        assert client.get("/appelant/").status_code == 403
        assert client.post("/appelant/", {"siret": metz.siret}).status_code == 403
    page = connecte(agent_moselle).post("/appelant/", {"siret": metz.siret})
    assert metz.nom in page.content.decode()


@pytest.mark.parametrize(
    ("regle", "phrase"),
    [
        ([[0, 2]], "2 comptes, quel que soit le nombre de membres de la structure"),
        ([[10, 1], [25, 3], [0, 5]], "1 compte jusqu’à 10 membres, 3 jusqu’à 25 membres, 5 au-delà"),
    ],
)
def test_a_quota_in_words(regle, phrase):
    """Q-01, Q-02, Q-03: each size with its number, the last one without limit."""
    assert paliers(regle, "compte").replace("\xa0", " ") == phrase


@pytest.mark.parametrize(
    ("jusqu_a", "nombre"), [("2024-01-30", 0), ("2024-01-31", 1), ("2024-07-31", 2), ("2025-01-31", 3)]
)
def test_the_echeances_that_have_passed(jusqu_a, nombre):
    """T-01, C-06: each on its day, the one that opens a new duration once, the start not among them."""
    debut, ancre = dt.date(2023, 1, 31), dt.date(2024, 1, 31)
    attendues = [ancre, dt.date(2024, 7, 31), dt.date(2025, 1, 31)]
    passees = regles.echeances_passees(debut, [(debut, 12), (ancre, 6)], dt.date.fromisoformat(jusqu_a))
    assert passees == attendues[:nombre]
