"""What an administrateur says of his caisse: how it is reached, the days on which it does not work (C-08, I-04, T-04)."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from conventions import actions
from espace_partenaires import horloge
from tests.conventions.aides import erreurs, rien_ne_change

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
    adresse = "/caisse/moselle/coordonnees/"
    with rien_ne_change():
        assert connecte(administrateur_var).post(adresse, COORDONNEES).status_code == 404
        refus = erreurs(client.post(adresse, COORDONNEES | {"support_nom": ""}))
        assert refus == {"support_nom": "Ce champ est obligatoire."}
        with pytest.raises(PermissionDenied):
            actions.decrire_caisse(par=technicien_metz, caisse=caisse_moselle, telephone="3646")
        with pytest.raises(TypeError, match="code"):
            actions.decrire_caisse(par=None, caisse=caisse_moselle, code="autre")
    assert client.post(adresse, COORDONNEES).status_code == 302
    page = connecte(technicien_metz).get("/assistance/").content.decode().replace("\xa0", " ")
    assert "Cellule partenariats" in page
    assert "03 87 00 00 11" in page


def test_a_day_off_of_the_caisse(client, caisse_moselle, administrateur_var, technicien_metz, connecte):
    """T-04: a customary day counts no more among the working days of this caisse; it is said once."""
    lundi = horloge.jour(caisse_moselle.fuseau) + dt.timedelta(
        days=(7 - caisse_moselle.jour.weekday()) % 7 + 14
    )
    veille = lundi - dt.timedelta(days=3)
    avant = caisse_moselle.jour_ouvre_apres(veille, 1)
    adresse, champs = (
        "/caisse/moselle/jours-chomes/nouveau/",
        {"jour": avant.isoformat(), "libelle": "Fête locale"},
    )
    with rien_ne_change():
        assert connecte(administrateur_var).post(adresse, champs).status_code == 404
        with pytest.raises(PermissionDenied):
            actions.ajouter_jour_chome(par=technicien_metz, caisse=caisse_moselle, jour=avant, libelle="X")
    assert client.post(adresse, champs).status_code == 302
    assert type(caisse_moselle).objects.get(pk=caisse_moselle.pk).jour_ouvre_apres(veille, 1) > avant
    with rien_ne_change():
        seconde = client.post(adresse, champs)
        assert seconde.status_code == 422
