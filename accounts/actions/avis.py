"""Who is told of what was done to somebody else’s account (A-15, A-16, A-21)."""

from accounts.journal import Acte
from accounts.models.compte import Compte
from caisses.models import Caisse
from socle.acteurs import Acteur
from socle.courriels import deposer_courriels
from socle.roles import Droit


def destinataires(compte: Compte) -> list[str]:
    """Return who is told of a grave act on this account: its gestionnaires and administrateurs of its caisses."""
    if compte.partenaire is not None:
        caisses = Caisse.objects.filter(participations__in=compte.partenaire.participations.en_vigueur())
        gestionnaires = Compte.objects.gestionnaires(compte.partenaire_id).actifs()
        adresses = set(gestionnaires.values_list("email", flat=True)) | {compte.partenaire.courriel}
    else:
        caisses, adresses = compte.caisses.all(), set()
    administrateurs = Compte.objects.actifs().pouvant(Droit.HABILITER).filter(caisses__in=caisses)
    adresses |= set(administrateurs.values_list("email", flat=True))
    return sorted(adresses - {"", compte.email})


def dire_le_geste(acte: Acte, compte: Compte, *, par: Acteur) -> None:
    """Tell the structure and its other caisses what one of them did to an account that serves them all (A-21)."""
    if compte.partenaire is None or not par.cote_caisse:
        return
    contexte = {
        "acte": acte.label,
        "identifiant": compte.identifiant,
        "structure": compte.partenaire.nom,
        "caisses": ", ".join(caisse.nom for caisse in par.caisses.all()),
    }
    ailleurs = set(destinataires(compte)) - {par.compte.email}
    deposer_courriels([(adresse, contexte) for adresse in sorted(ailleurs)], "accounts/geste")
