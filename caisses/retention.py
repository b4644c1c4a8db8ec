"""What caisses keep, and the zones in which terms are judged."""

from caisses.models import Caisse
from conformite.declarations import Permanente, declarer
from socle import crochets

for _referentiel in ("caisse", "pole", "reglagemotif", "regleaiguillage", "jourchome", "vecteurcontact"):
    declarer(f"caisses.{_referentiel}", Permanente("Organisation d’une caisse, sans donnée d’assuré"))
for _referentiel in ("service", "motif"):
    declarer(f"caisses.{_referentiel}", Permanente("Référentiel national"))


@crochets.fuseaux.inscrire("caisses")
def fuseaux_des_caisses() -> set[str]:
    """The zones in which terms are judged: those of the caisses."""
    return set(Caisse.objects.values_list("fuseau", flat=True))
