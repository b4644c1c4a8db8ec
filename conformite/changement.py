"""All the keys changed for new ones, after a theft of the key folder: what is sealed opens under them only.

The portal is stopped. The new keys are written beside the former ones, the base is sealed again in one transaction, then
they take their places: killed at any point, the command is run again. The witness of the base says which ones are its own.
"""

from functools import partial

from django.db import transaction

from conformite import verrous
from conformite.models.journal import SceauJournal
from conformite.models.travaux import TemoinDesCles
from conformite.purge import modeles_scelles
from conformite.scellement import Illisible, cle_derivee, magasin, nouvelle_cle, termes
from socle import crochets
from socle.perimetre import par_lots


def changer_les_cles() -> dict[str, int]:
    """Return how many keys were changed, objects sealed again, and objects that opened no more already."""
    neuves = magasin.preparees()
    if neuves and _de_la_base(neuves):
        magasin.adopter()
        return {"cles": len(neuves), "objets": 0, "illisibles": 0}
    magasin.oublier()
    neuves = {nom: nouvelle_cle() for nom in termes.noms()}
    if dernier := SceauJournal.objects.order_by("-numero").first():
        # What was sealed stays proved by what sealed it.
        neuves[f"{termes.JOURNAL}/{dernier.numero:012d}"] = cle_derivee(termes.JOURNAL)
    magasin.preparer(neuves)
    with transaction.atomic():
        verrous.prendre(verrous.CLES)
        objets, illisibles = _resceller(neuves)
    magasin.adopter()
    magasin.vider_le_cache()
    return {"cles": len(neuves), "objets": objets, "illisibles": illisibles}


def _resceller(neuves: dict[str, bytes]) -> tuple[int, int]:
    objets = illisibles = 0
    sous = partial(magasin.en_place, neuves)
    # Rooms first: they read what the keys of the objects open.
    for resceller in crochets.rescellement.values():
        resceller(sous)
    for modele in modeles_scelles():
        for objet in par_lots(modele._default_manager.all()):
            try:
                objet.changer_de_cle(sous)
                objets += 1
            except Illisible:
                illisibles += 1
    with sous():
        TemoinDesCles.objects.update(empreinte=cle_derivee("temoin").hex())
    return objets, illisibles


def _de_la_base(neuves: dict[str, bytes]) -> bool:
    """Whether the base is sealed under these already: killed between its commit and the end."""
    with magasin.en_place(neuves):
        return TemoinDesCles.objects.filter(empreinte=cle_derivee("temoin").hex()).exists()
