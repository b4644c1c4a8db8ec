"""The sub-processing that a caisse agreed to ends, with its reason (C-18)."""

import datetime as dt

from conventions.models.suites import SousTraitance


def test_sub_processing_ends(client, en_vigueur, caisse_moselle):
    """C-18: ended, or entered by mistake: with its reason; it stands in no text any more, and is read as it was."""
    jour, base = caisse_moselle.jour, f"/conventions/{en_vigueur.reference}/"
    ligne = {"prestataire": "Infogérance du Rhin", "objet": "Sauvegardes"}
    client.post(
        f"{base}sous-traitances/nouvelle/", ligne | {"agreee_le": (jour - dt.timedelta(days=9)).isoformat()}
    )
    accord = SousTraitance.objects.get()
    adresse = f"{base}sous-traitances/{accord.pk}/fin/"
    assert adresse in client.get(base).content.decode()
    fin = {"le": jour.isoformat(), "raison": "Contrat terminé"}
    for faux in ({"raison": ""}, {"le": (jour + dt.timedelta(days=1)).isoformat()}, {"le": "2020-01-01"}):
        assert client.post(adresse, fin | faux).status_code == 422
    assert client.post(adresse, fin).status_code == 302
    assert adresse not in client.get(base).content.decode()
    hier = client.get(base, {"au": (jour - dt.timedelta(days=1)).isoformat()}).content.decode()
    assert "Sauvegardes" in hier and "Sauvegardes" not in client.get(base).content.decode()
    assert client.post(adresse, fin).status_code == 409
