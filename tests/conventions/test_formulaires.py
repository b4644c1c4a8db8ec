"""One sentence per parameter, changed through the form and read in the real documents (C-13, C-14)."""

import io
import re

import pikepdf
import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from conventions import clauses, phrases
from conventions.models.conventions import Convention
from conventions.parametres import PARAMETRES
from conventions.views.documents import GABARIT, PIECES, contexte, pieces
from tests.conventions.fabrique import contenu
from tests.conventions.textes import mots, texte_du_pdf
from tests.matrice.monde import bloc

# What is typed instead of the value of `contenu`
CHANGEMENTS = {
    "public": {"public": "Personnes assurées du régime général"},
    "public_limite": {"public_limite": "on"},
    "duree_mois": {"duree_mois": "24"},
    "reconduction_tacite": {"reconduction_tacite": ""},
    "denonciation": {"denonciation": "a-tout-moment"},
    "denonciation_mois": {"denonciation_mois": "2"},
    "denonciation_forme": {"denonciation_forme": "courrier remis en main propre"},
    "mise_en_demeure_jours": {"mise_en_demeure_jours": "20"},
    "mise_en_demeure_utilisation_jours": {"mise_en_demeure_utilisation_jours": "45"},
    "utilisation_en_annexe": {"utilisation_en_annexe": "on"},
    "delai_habilitation_jours": {"delai_habilitation_jours": "10"},
    "delai_habilitation_techniciens_jours": {"delai_habilitation_techniciens_jours": "5"},
    "quota_gestionnaires": {f"gestionnaires_{taille}": "1" for taille in ("10", "25", "plus")},
    "quota_techniciens": {f"techniciens_{taille}": "25" for taille in ("10", "25", "plus")},
    "conservation_mois": {"conservation_mois": "12"},
    "notification_violation_heures": {"notification_violation_heures": "24"},
    "notification_transfert_heures": {"notification_transfert_heures": "24"},
    "bonne_fin_jours": {"bonne_fin_jours": "15"},
    "responsabilite": {"responsabilite": "chacune"},
    "bilan": {"bilan": "conjoint"},
    "comite_pilotage": {"comite_pilotage": "on"},
}
# An annexe has no boxes to sign, and another title.
A_PART = {"utilisation_en_annexe"}


def document_de(convention, nom):
    """Return the document that holds the sentence of a parameter, which one clause calls."""
    pieces = [une.piece for une in clauses.lire(convention.clauses) if f"[{nom}]" in une.texte]
    assert len(pieces) == 1, pieces
    return pieces[0]


def gabarits(convention):
    """Return the text of the template of each document, to see which ones change; a draft has no bilan yet."""
    textes = {}
    for piece in pieces(convention):
        html = render_to_string(GABARIT, contexte(convention, piece))
        textes[piece] = strip_tags(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)).split()
    return textes


def lire(client, convention, piece):
    """Return what a document of the convention says."""
    return texte_du_pdf(client.get(f"/conventions/{convention.reference}/{piece}.pdf").content)


def sans(texte, *passages):
    """Return a text without these passages, each of which it says once."""
    for passage in filter(None, passages):
        assert texte.count(passage) == 1, passage
        texte = texte.replace(passage, "")
    return texte.split()


def test_one_parameter_one_sentence(client, brouillon, caisse_moselle):
    """C-13, C-14: changed in the form, a parameter changes its sentence in the PDF and nothing else."""
    pieces = {nom: document_de(brouillon, nom) for nom in sorted(set(phrases.PHRASES) - A_PART)}
    gabarits_avant = gabarits(brouillon)
    avant = {piece: lire(client, brouillon, piece) for piece in set(pieces.values())}
    for nom, piece in pieces.items():
        with bloc():
            saisie = contenu(caisse_moselle, version=str(brouillon.version)) | CHANGEMENTS[nom]
            assert client.post(f"/conventions/{brouillon.reference}/modifier/", saisie).status_code == 302
            convention = Convention.objects.get(pk=brouillon.pk)
            gabarits_apres, apres = gabarits(convention), lire(client, convention, piece)
            transaction.set_rollback(True)
        ancienne, nouvelle = (mots(phrases.phrase(nom, getattr(une, nom))) for une in (brouillon, convention))
        assert ancienne != nouvelle, nom
        assert sans(avant[piece], ancienne) == sans(apres, nouvelle), nom
        assert {une for une in gabarits_avant if gabarits_avant[une] != gabarits_apres[une]} == {piece}, nom


def test_rules_of_use_as_an_annexe(client, brouillon, caisse_moselle):
    """C-07: an annexe is signed with the convention, and has neither its own title nor its own boxes."""
    avant = lire(client, brouillon, "utilisation")
    assert "Fait en 2 exemplaires" in avant
    assert "forment une convention d’utilisation" in avant
    saisie = contenu(caisse_moselle, version=str(brouillon.version), utilisation_en_annexe="on")
    assert client.post(f"/conventions/{brouillon.reference}/modifier/", saisie).status_code == 302
    apres = lire(client, brouillon, "utilisation")
    assert "Fait en" not in apres
    assert "forment une annexe, signée avec la convention" in apres


def test_each_parameter_has_its_sentence():
    """C-13: who signs and the text itself are said otherwise; every other parameter has a sentence."""
    assert set(PARAMETRES) - set(phrases.PHRASES) == {"autres_signataires", "clauses"}
    assert set(CHANGEMENTS) == set(phrases.PHRASES)


@pytest.mark.parametrize("piece", PIECES)
def test_documents_are_tagged_with_language_and_title(client, brouillon, piece):
    """C-14: PDF/UA: tagged, in French, with a title."""
    convention = brouillon
    reponse = client.get(f"/conventions/{convention.reference}/{piece}.pdf")
    with pikepdf.open(io.BytesIO(reponse.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert convention.reference in str(pdf.docinfo["/Title"])
        assert "/StructTreeRoot" in pdf.Root
