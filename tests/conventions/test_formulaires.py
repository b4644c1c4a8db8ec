"""The real conventions through the forms, and one sentence per parameter in the documents (C-13, C-14)."""

import difflib
import io
import re

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from conventions.actions import creer_caisse
from conventions.demonstration import (
    caisses_de_demonstration,
    conventions_de_demonstration,
    partenaires_de_demonstration,
)
from conventions.models import Convention, Motif
from conventions.parametres import PARAMETRES
from conventions.regles import quota
from conventions.views.documents import PIECES, contexte
from espace_partenaires.profils import Profil
from tests.conventions.fabrique import signer
from tests.distribution import connecte, creer_compte_actif

TAILLES = {"10": 10, "25": 25, "plus": 26}
SIMPLES = [nom for nom in PARAMETRES if not nom.startswith("quota_") and nom != "autres_signataires"]


def saisie(demo, caisses, defauts):
    """Return what a person types in the form for one convention of the demonstration."""
    donnees = {
        "caisses": [str(caisses[code].pk) for code in demo.caisses],
        "objet": demo.objet,
        "signataire_qualite": (demo.signataires_partenaire or ({"qualite": "Présidente"},))[0]["qualite"],
        "signataires_caisse": "\n".join(un["qualite"] for un in demo.signataires_caisse),
        "autres_signataires": "\n".join(demo.parametres.get("autres_signataires", [])),
        "documents_par_portail": "on" if demo.documents_par_portail else "",
    }
    for nom in SIMPLES:
        valeur = demo.parametres.get(nom, defauts[nom])
        donnees[nom] = (
            ("on" if valeur else "") if isinstance(valeur, bool) else str("" if valeur is None else valeur)
        )
    for quoi in ("gestionnaires", "techniciens"):
        for taille, membres in TAILLES.items():
            donnees[f"{quoi}_{taille}"] = str(quota(demo.parametres[f"quota_{quoi}"], membres))
    for motif in Motif.objects.filter(service__in=demo.services).exclude(pk__in=demo.motifs_eteints):
        donnees.setdefault(f"motifs_{motif.service_id}", []).append(motif.pk)
    return donnees


def structure(partenaire):
    """Return what is typed for a structure that the portal does not know."""
    return {
        f"structure-{nom}": "\n".join(valeur) if nom == "domaines" else str(valeur)
        for nom, valeur in partenaire.items()
        if nom not in {"code", "siret"}
    }


def test_the_demonstration_through_the_forms(db):
    """C-13: each real convention is created by its form, with its own parameters, then signed."""
    caisses = {ligne["code"]: creer_caisse(par=None, **ligne) for ligne in caisses_de_demonstration()}
    partenaires = {ligne["code"]: ligne for ligne in partenaires_de_demonstration()}
    client = connecte(
        creer_compte_actif("administrateur.toutes", Profil.ADMINISTRATEUR, caisses=tuple(caisses.values()))
    )
    defauts = {nom: Convention._meta.get_field(nom).get_default() for nom in SIMPLES}
    jour = caisses["moselle"].jour
    demos = conventions_de_demonstration(jour)
    for demo in demos:
        partenaire = partenaires[demo.partenaire]
        avant = set(Convention.objects.values_list("pk", flat=True))
        donnees = saisie(demo, caisses, defauts) | structure(partenaire)
        reponse = client.post(f"/conventions/nouvelle/?siret={partenaire['siret']}", donnees)
        assert reponse.status_code == 302, re.findall(
            r'fr-message--error">(.*?)</p>', reponse.content.decode()
        )
        convention = Convention.objects.exclude(pk__in=avant).get()
        client.post(f"/conventions/{convention.reference}/signature/")
        signer(client, convention, le=demo.signee_le)
        for nom, valeur in demo.parametres.items():
            lue = getattr(convention, nom)
            if nom.startswith("quota_"):
                assert [quota(lue, n) for n in (1, 11, 300)] == [quota(valeur, n) for n in (1, 11, 300)]
            else:
                assert lue == valeur, (demo.source, nom)
        attendus = Motif.objects.filter(service__in=demo.services).exclude(pk__in=demo.motifs_eteints)
        for part in convention.participations.all():
            assert set(part.motifs.all()) == set(attendus)
            assert part.debut == demo.signee_le
        assert convention.statut == Convention.Statut.EN_VIGUEUR
    assert Convention.objects.count() == len(demos) == 7


def textes(convention):
    """Return the lines of text of all the documents."""
    lignes = []
    for piece in PIECES:
        html = render_to_string(f"conventions/pdf/{piece}.html", contexte(convention, piece))
        corps = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
        lignes += [f"{piece}: {ligne.strip()}" for ligne in strip_tags(corps).split("\n") if ligne.strip()]
    return lignes


CHANGEMENTS = {
    "autres_signataires": ["CARSAT Sud-Est"],
    "public": "Personnes assurées du régime général",
    "public_limite": True,
    "duree_mois": 24,
    "reconduction_tacite": False,
    "denonciation": "a-tout-moment",
    "denonciation_mois": 2,
    "denonciation_forme": "courrier remis en main propre",
    "mise_en_demeure_jours": 20,
    "mise_en_demeure_utilisation_jours": 45,
    "utilisation_en_annexe": True,
    "delai_habilitation_jours": 10,
    "delai_habilitation_techniciens_jours": 5,
    "quota_gestionnaires": [[0, 1]],
    "quota_techniciens": [[0, 25]],
    "conservation_mois": 12,
    "notification_violation_heures": 24,
    "notification_transfert_heures": 24,
    "bonne_fin_jours": 15,
    "bilan": "conjoint",
    "comite_pilotage": True,
}


@pytest.mark.parametrize("nom", PARAMETRES)
def test_one_parameter_one_sentence(brouillon, nom):
    """C-13, C-14: changing one parameter changes its sentence and no other line."""
    avant = textes(brouillon)
    setattr(brouillon, nom, CHANGEMENTS[nom])
    brouillon.save()
    apres = textes(Convention.objects.get(pk=brouillon.pk))
    difference = [ligne for ligne in difflib.ndiff(avant, apres) if ligne[0] in "+-"]
    if nom == "utilisation_en_annexe":
        # The document itself changes its nature: title, and boxes to sign.
        assert any("Règles d’utilisation du portail" in ligne for ligne in difference)
    else:
        assert 1 <= len(difference) <= 2, difference
        assert len({ligne[2:].split(":")[0] for ligne in difference}) == 1


@pytest.mark.parametrize("piece", PIECES)
def test_documents_are_tagged_with_language_and_title(client, brouillon, piece):
    """C-14: PDF/UA: tagged, in French, with a title."""
    reponse = client.get(f"/conventions/{brouillon.reference}/{piece}.pdf")
    with pikepdf.open(io.BytesIO(reponse.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert brouillon.reference in str(pdf.docinfo["/Title"])
        assert "/StructTreeRoot" in pdf.Root
