"""What would be refused or sent back later is said before the sending (C-10, D-02, D-05)."""

import datetime as dt
import html

import pytest

from caisses.models import Motif
from signalements.actions import instruction
from signalements.depot.fiches import accord
from signalements.depot.forms import DepotForm
from signalements.forms.contenu import ContenuForm
from signalements.models.demandes import Demande
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


def test_m9_le_mandat_n_est_dit_qu_une_fois(technicien_metz):
    """C-10: another document for the same person: her identity and the mandate are there, her situation is not."""
    premiere = commencer(technicien_metz, "attestation-droits", qualite="tutelle", mandat_fin="2099-01-31")
    client = connecte(technicien_metz)
    etape = client.get(f"/demandes/nouvelle/moselle/document/?pour={premiere.reference}")
    jeton = etape.context["form"]["jeton"].value()
    client.post(
        etape.request["PATH_INFO"],
        {"jeton": jeton, "pour": premiere.reference, "motif": "attestation-droits"},
    )
    autre = Demande.objects.exclude(pk=premiere.pk).get()
    assert autre.contenu.keys() == {"assure", "qualite", "mandat_fin"}
    assert ContenuForm.initial_de(autre.contenu, urgente=False)["mandat_fin"] == dt.date(2099, 1, 31)


def test_le_departement_mene_a_la_caisse(technicien_metz, caisse_moselle, caisse_var, metz):
    """D-02: said first, it brings the caisse that covers it; one of nowhere, or that none covers, hides nothing."""
    distribution.creer_convention(metz, caisse_var)
    client = connecte(technicien_metz)

    def lire(code: str) -> tuple[list[str], str]:
        reponse = client.get(f"/demandes/nouvelle/?departement={code}&pour=D26-ABCD-EFGH")
        noms = [un["participation"].caisse.nom for un in reponse.context["organismes"]]
        return noms, html.unescape(reponse.content.decode()).replace("\N{NO-BREAK SPACE}", " ")

    for code, premiere in (("57", caisse_moselle.nom), ("83", caisse_var.nom)):
        noms, page = lire(code)
        assert noms[0] == premiere and len(noms) == 2 and "D26-ABCD-EFGH" in page
        assert f"dépend en général de : <strong>{premiere}</strong>" in page
    noms, page = lire("29")
    assert len(noms) == 2 and "Aucune des caisses liées à votre structure ne couvre ce département" in page
    noms, page = lire("zz")
    assert len(noms) == 2 and "dépend en général de" not in page


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
