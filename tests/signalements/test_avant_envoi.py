"""What would be refused or sent back later is said before the sending (C-10, D-02, D-05)."""

import datetime as dt
import html

import pytest

from caisses.models import Motif
from signalements.actions import instruction
from signalements.depot.fiches import accord
from signalements.depot.forms import DepotForm
from signalements.forms.contenu import ContenuForm
from signalements.workflow import Statut
from tests import distribution
from tests.distribution import connecte
from tests.signalements.fabrique import ASSURE, TEXTE, commencer, demande_en

PORTAIL = {**ASSURE, "naissance": "27/03/1985", "texte": TEXTE, "livraison": "portail", "qualite": "tutelle"}


@pytest.mark.parametrize(("ecart", "refuse"), [(-1, True), (0, False), (400, False)])
def test_m9_un_mandat_fini_est_refuse_a_la_saisie(technicien_metz, ecart, refuse):
    """C-10: not ten days later."""
    brouillon = commencer(technicien_metz, "attestation-droits")
    brouillon.participation.documents_par_portail = True
    fin = brouillon.caisse.jour + dt.timedelta(days=ecart)
    form = ContenuForm(PORTAIL | {"mandat_fin": f"{fin:%d/%m/%Y}"}, demande=brouillon)
    assert ("mandat_fin" in form.errors) == refuse
    assert not refuse or "terminé" in str(form.errors["mandat_fin"])


@pytest.mark.parametrize(
    ("genre", "offertes"),
    [
        ("tutelle", ["", "tutelle", "autre"]),
        ("ase", ["", "ase", "autre"]),
        ("CCAS", ["", "tutelle", "ase", "depositaire", "autre"]),
    ],
)
def test_m9_a_quel_titre_selon_la_structure(technicien_metz, metz, genre, offertes):
    """C-10: a mandataire judiciaire is asked about no child of the ASE; its own capacity is chosen already."""
    metz.type = genre
    metz.save(update_fields=["type"])
    brouillon = commencer(technicien_metz, "attestation-droits")
    brouillon.participation.documents_par_portail = True
    champ = ContenuForm(demande=brouillon).fields["qualite"]
    assert [code for code, _ in champ.choices] == offertes
    assert champ.initial == (genre if genre in offertes else None)


def recapitulatif(compte, demande) -> str:
    page = connecte(compte).get(f"/demandes/{demande.reference}/recapitulatif/").content.decode()
    return html.unescape(page).replace("\N{NO-BREAK SPACE}", " ")


def test_m10_une_autre_caisse_est_annoncee_avant_l_envoi(technicien_metz, caisse_moselle, caisse_var, metz):
    """D-02: a warning that names the other caisse of the structure, and lets go on."""
    distribution.creer_convention(metz, caisse_var)
    ici = commencer(technicien_metz, caisse=caisse_moselle)
    assert "Est-ce la bonne caisse" not in recapitulatif(technicien_metz, ici)
    ailleurs = commencer(technicien_metz, caisse=caisse_moselle, assure=ASSURE | {"departement": "83"})
    page = recapitulatif(technicien_metz, ailleurs)
    assert "Est-ce la bonne caisse" in page and f"une autre caisse : {caisse_var.nom}" in page
    assert "Envoyer la demande" in page


def test_m14_l_accord_a_un_sens(db):
    """D-05: nobody accepts a renoncement: each motif says what is agreed to, and no other is left."""
    demandes = {motif.pk for motif in Motif.objects.filter(consentement=True)}
    assert demandes == {"saisine-mas", "renoncement", "service-social", "rdv-eps"}
    for code in demandes:
        motif = Motif.objects.get(pk=code)
        form = DepotForm(motif=motif)
        assert form.fields["consentement"].label == accord(motif)
        assert accord(motif).startswith("La personne accepte ") and motif.libelle not in accord(motif)


def test_rouverte_elle_n_a_plus_d_issue(technicien_metz, agent_moselle):
    """D-20: « Il reste une question » : the outcome of the first answer is no outcome any more."""
    demande = demande_en(Statut.TRAITEE, technicien_metz, agent_moselle)
    client, adresse = connecte(technicien_metz), f"/demandes/{demande.reference}/"
    assert "Droits ouverts" in client.get(adresse).content.decode()
    instruction.relancer(demande, texte="Et pour les enfants ?", par=technicien_metz)
    page = client.get(adresse)
    assert page.context["issue"] == "" and "Droits ouverts ou renouvelés" not in page.content.decode()


def test_l_etape_qui_suit_est_la_sienne(technicien_metz):
    """A question about the partnership names nobody: step 2 does not announce a person."""
    client = connecte(technicien_metz)
    assert (
        "La personne et sa situation"
        not in client.get("/demandes/nouvelle/moselle/contact/").content.decode()
    )
    assert (
        "La personne et sa situation" in client.get("/demandes/nouvelle/moselle/difficulte/").content.decode()
    )
