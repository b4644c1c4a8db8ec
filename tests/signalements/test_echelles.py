"""Query ladders of what is not cut into pages (tests/matrice/test_echelles.py): home pages, searches, batches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import distribution
from tests.signalements.fabrique import deposer


def requetes(client, adresse: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as capture:
        assert client.get(adresse).status_code == 200
    return len(capture)


@pytest.mark.parametrize(
    ("compte", "adresse"),
    [
        ("agent_moselle", "/tri/absences/"),
        ("superviseur_moselle", "/tri/equipe/"),
        ("agent_moselle", "/"),
        ("technicien_metz", "/"),
    ],
)
def test_une_liste_coute_autant_avec_une_ligne_qu_avec_quarante(request, technicien_metz, compte, adresse):
    client = distribution.connecte(request.getfixturevalue(compte))
    deposer(technicien_metz)
    client.get(adresse)
    une = requetes(client, adresse)
    for _ in range(39):
        deposer(technicien_metz)
    assert requetes(client, adresse) == une < 25


@pytest.mark.parametrize(
    ("compte", "adresse"), [("technicien_metz", "/demandes/"), ("agent_moselle", "/tri/")]
)
def test_une_recherche_par_nom_coute_autant_avec_une_ligne_qu_avec_quarante(
    request, technicien_metz, compte, adresse
):
    client = distribution.connecte(request.getfixturevalue(compte))

    def chercher() -> int:
        with CaptureQueriesContext(connection) as capture:
            page = client.post(adresse, {"mots": "Larivandière"}).content.decode()
        assert "Larivandière" in page
        return len(capture)

    deposer(technicien_metz)
    chercher()
    une = chercher()
    for _ in range(39):
        deposer(technicien_metz)
    assert chercher() == une <= 25


def test_un_lot_coute_autant_par_demande(technicien_metz, agent_moselle):
    """Each is locked and written on its own: the cost grows by the demande, never faster."""
    client, couts = distribution.connecte(agent_moselle), []
    client.get("/tri/?panier=les-miennes")
    for nombre in (1, 5, 10):
        references = [deposer(technicien_metz).reference for _ in range(nombre)]
        with CaptureQueriesContext(connection) as capture:
            client.post("/tri/lot/?panier=les-miennes", {"acte": "prendre", "references": references})
        couts.append(len(capture))
    par_demande = (couts[1] - couts[0]) / 4
    assert (couts[2] - couts[1]) / 5 == par_demande <= 12
