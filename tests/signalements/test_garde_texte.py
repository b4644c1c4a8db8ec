"""The guard of the free-text zones (D-03, D-04): NIR refused, the rest confirmed, nothing logged.

`corpus_garde.txt` was written before the word list; every third phrase is kept aside and only measured.
"""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from conformite.models.journal import LigneJournal
from signalements.actions import instruction
from signalements.garde_texte import alertes, contient_un_nir
from tests import distribution
from tests.signalements.fabrique import ASSURE, FICHE, commencer, deposer

PHRASES = [
    (ligne[0] == "+", ligne[2:])
    for ligne in (Path(__file__).parent / "corpus_garde.txt").read_text(encoding="utf-8").splitlines()
]
CONNUES = [p for rang, p in enumerate(PHRASES) if rang % 3 != 2]
GARDEES = [p for rang, p in enumerate(PHRASES) if rang % 3 == 2]


@st.composite
def nirs(draw) -> str:
    """A NIR with its key, in any of the ways that people write it."""
    dep = draw(st.sampled_from(["01", "13", "57", "2A", "2B", "75", "83", "97", "99"]))
    mois = draw(st.sampled_from(["01", "06", "12", "20", "31", "42", "50", "99"]))
    sexe = draw(st.sampled_from("123478"))
    reste = [f"{draw(st.integers(0, 99)):02d}", mois, dep, f"{draw(st.integers(1, 990)):03d}"]
    reste.append(f"{draw(st.integers(1, 999)):03d}")
    chiffres = sexe + "".join(reste).replace("2A", "19").replace("2B", "18")
    groupes = [sexe, *reste]
    if draw(st.booleans()):
        groupes.append(f"{97 - int(chiffres) % 97:02d}")
    nir = draw(st.sampled_from(["", " ", ".", "-", "\u00a0", " - "])).join(groupes)
    return nir.lower() if draw(st.booleans()) else nir


# The machine's speed is no matter of this test.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nirs(), st.sampled_from(["{}", "Son numéro est {}.", "n°{}, merci", "({})", "NIR:{}\nMerci"]))
def test_tout_nir_est_vu(nir, phrase):
    """D-03: recall is total, with or without key, spaced, dotted, dashed, in lower case, Corsican, waiting numbers."""
    assert contient_un_nir(phrase.format(nir))


def _phrases_sans_nir() -> list[str]:
    """200 sentences with SIRET, phones, references, amounts, dates, accounts."""
    alea = random.Random(57)
    modeles = (
        *("Le SIRET de la structure est {siret}.", "SIRET {siret_espace}, merci.", "Appelez le {telephone}."),
        *(
            "Tél. {telephone_points} ou {telephone}.",
            "Dossier n° {dossier} du {date}.",
            "Référence {reference}.",
        ),
        *(
            "Le montant dû est de {montant} €.",
            "Trop-perçu de {montant} euros, dossier {dossier}.",
            "Né le {date}.",
        ),
        *("Facture {dossier} de {montant} € du {date}.",),
    )

    def chiffres(nombre: int) -> str:
        return "".join(str(alea.randrange(10)) for _ in range(nombre))

    phrases = []
    for rang in range(200):
        siret = chiffres(13)
        siret += luhn.calc_check_digit(siret)
        mobile = "0" + alea.choice("123456789") + chiffres(8)
        phrases.append(
            modeles[rang % len(modeles)].format(
                siret=siret,
                siret_espace=f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}",
                telephone=" ".join(mobile[i : i + 2] for i in range(0, 10, 2)),
                telephone_points=".".join(mobile[i : i + 2] for i in range(0, 10, 2)),
                dossier=f"{chiffres(4)}-{chiffres(6)}",
                date=f"{alea.randint(1, 28):02d}/{alea.randint(1, 12):02d}/{alea.randint(1940, 2026)}",
                reference=f"D26-{chiffres(4)}-{chiffres(4)}",
                montant=f"{alea.randint(1, 9999)},{chiffres(2)}",
            )
        )
    return phrases


def test_aucune_fausse_alerte_sur_deux_cents_phrases():
    """D-03: SIRET, phones, references, amounts and dates pass."""
    assert [p for p in _phrases_sans_nir() if contient_un_nir(p) or alertes(p)] == []


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("Voici FR76 3000 6000 0112 3456 7890 189 pour le virement", "iban"),
        ("fr7630006000011234567890189", "iban"),
        ("Carte 4970 1012 3456 7892", "carte"),
        ("Carte 4970-1012-3456-7892.", "carte"),
    ],
)
def test_comptes_et_cartes_demandent_confirmation(texte, code):
    """D-04, securite: bank account and card number."""
    texte = texte.replace("4970 1012 3456 7892", _carte(" ")).replace("4970-1012-3456-7892", _carte("-"))
    assert alertes(texte) == [code]


def _carte(separateur: str) -> str:
    numero = "497010123456789"
    numero += luhn.calc_check_digit(numero)
    return separateur.join(numero[i : i + 4] for i in range(0, 16, 4))


def _mesurer(phrases) -> tuple[float, float]:
    vues = sum(bool(alertes(p)) for sante, p in phrases if sante)
    fausses = sum(bool(alertes(p)) for sante, p in phrases if not sante)
    total = sum(sante for sante, _ in phrases)
    return vues / total, fausses / (len(phrases) - total)


def test_mots_de_sante(capsys):
    """D-04: the known part is the floor; the part kept aside is measured and printed, never tuned on."""
    rappel, fausses = _mesurer(CONNUES)
    rappel_garde, fausses_gardees = _mesurer(GARDEES)
    with capsys.disabled():
        print(
            f"\nMots de santé, {len(PHRASES)} phrases : part connue rappel {rappel:.0%}, fausses alertes {fausses:.0%} ; "
            f"part gardée ({len(GARDEES)}) rappel {rappel_garde:.0%}, fausses alertes {fausses_gardees:.0%}"
        )
    assert rappel >= 0.9 and fausses <= 0.05
    assert rappel_garde >= 0.75 and fausses_gardees <= 0.1


def test_un_texte_de_sante_demande_confirmation_des_deux_cotes(technicien_metz, agent_moselle):
    """D-04: flagged beside the field, kept, sent once confirmed; the journal says that it was, never what."""
    demande = deposer(technicien_metz)
    instruction.prendre_en_charge(demande, par=agent_moselle)
    for compte, prefixe in ((technicien_metz, "demandes"), (agent_moselle, "tri")):
        client = distribution.connecte(compte)
        adresse = f"/{prefixe}/{demande.reference}/ecrire/"
        saisie = {"ecrire-texte": "Elle suit une chimiothérapie."}
        page = client.post(adresse, saisie)
        assert page.status_code == 422
        assert "semble contenir une information de santé" in page.content.decode()
        assert "Elle suit une chimiothérapie." in page.content.decode()
        assert client.post(adresse, saisie | {"ecrire-texte_confirme": "on"}).status_code == 302
    assert demande.messages.count() == 2
    lignes = LigneJournal.objects.filter(acte="demande.texte_confirme")
    assert [ligne.details for ligne in lignes] == [{"genres": ["sante"]}] * 2


def test_un_brouillon_confirme_reste_complet(technicien_metz):
    """D-04: what was confirmed on the draft is not asked again at the recap."""
    demande = commencer(technicien_metz, texte="")
    client = distribution.connecte(technicien_metz)
    saisie = {**ASSURE, "naissance": "27/03/1985", **FICHE, "texte": "Son diabète l’épuise."}
    adresse = f"/demandes/{demande.reference}/brouillon/"
    assert client.post(adresse, saisie).status_code == 422
    assert client.post(adresse, saisie | {"texte_confirme": "on"}).status_code == 302
    assert client.get(f"/demandes/{demande.reference}/recapitulatif/").status_code == 200
