"""What information keeps disappears after a year; its sessions after three, which the bilans count (C-21)."""

import datetime as dt

from information.actions import demander_assistance, programmer, publier, retirer
from information.models import Assistance, Formation, Publication
from information.retention import assistances_dues, formations_dues, publications_dues
from socle import horloge


def test_un_an_apres_il_n_en_reste_rien(administrateur_moselle, technicien_metz, caisse_moselle):
    publication = publier(
        par=administrateur_moselle,
        caisse=caisse_moselle,
        nature="flash",
        titre="Fermé demain",
        texte="",
        url="",
    )
    retirer(publication, par=administrateur_moselle)
    quand = horloge.maintenant() + dt.timedelta(days=2)
    programmer(
        par=administrateur_moselle, caisse=caisse_moselle, titre="S", quand=quand, lieu="Metz", places=3
    )
    demander_assistance(par=technicien_metz, caisse=caisse_moselle, constat="Rien ne va.")
    for modele, dues, annees in (
        (Publication, publications_dues, 1),
        (Formation, formations_dues, 3),
        (Assistance, assistances_dues, 1),
    ):
        terme = horloge.maintenant() + dt.timedelta(days=365 * annees)
        assert not dues(terme - dt.timedelta(days=5)).exists()
        assert dues(terme + dt.timedelta(days=5)).count() == modele.objects.count() == 1
