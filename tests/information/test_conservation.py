"""What information keeps disappears after a year."""

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
    for modele, dues in (
        (Publication, publications_dues),
        (Formation, formations_dues),
        (Assistance, assistances_dues),
    ):
        assert not dues(horloge.maintenant() + dt.timedelta(days=360)).exists()
        assert dues(horloge.maintenant() + dt.timedelta(days=370)).count() == modele.objects.count() == 1
