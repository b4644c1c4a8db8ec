"""Cards of the home page: exchanges awaited, files to read, engagement to sign (E-04, E-10)."""

from django.urls import reverse

from accounts.models.compte import Compte
from caisses.models import cles_des_caisses
from conventions.models.conventions import Objet, Participation
from echanges import calendrier, permissions
from echanges.catalogue import CoteDuFlux
from echanges.models.depots import Depot, StatutDepot
from echanges.models.flux import FluxConvenu
from echanges.models.recuperation import DossierIndu, StatutDossier
from socle import crochets
from socle.crochets import Carte
from socle.perimetre import une_fois
from socle.roles import Droit, peut


def a_des_echanges(compte: Compte) -> bool:
    """Whether a flow is open in what an account sees today."""
    if not permissions.can_voir(compte):
        return False

    def demander() -> bool:
        if compte.cote_partenaire:
            siens = FluxConvenu.objects.filter(participation__in=[cle for cle, _ in compte.parts_du_jour])
            return siens.ouverts().exists()
        visibles = Participation.objects.actuelles_des(cles_des_caisses(compte))
        return visibles.filter(flux__isnull=False, flux__clos_le=None).exists()

    return une_fois(("a des échanges", compte.pk), demander)


def participations_de(compte: Compte) -> list[Participation]:
    """Return the caisses' parts whose exchanges an account follows: those that have an open flow."""
    if not a_des_echanges(compte):
        return []
    visibles = permissions.participations_visibles(compte)
    avec = (
        FluxConvenu.objects.ouverts().filter(participation__in=visibles.values("pk")).values("participation")
    )
    return list(
        visibles.filter(pk__in=avec).select_related("caisse", "convention", "partenaire").order_by("pk")
    )


@crochets.accueil.inscrire("echanges")
def cartes(compte: Compte) -> list[Carte]:
    """Return the cards of `compte`, those with nothing to do left out."""
    parts = participations_de(compte)
    if not parts:
        return _sans_flux(compte)
    url = reverse("echanges")
    cote = permissions.cote_de(compte)
    retards = [une for part in parts for une in calendrier.en_retard(part, part.caisse.jour)]
    les_miens = sum(une.flux.de == cote for une in retards)
    depots = Depot.objects.filter(participation__in=[part.pk for part in parts])
    a_lire = depots.non_lus().exclude(cote=cote).count()
    a_finir = depots.filter(
        ouvert_par=compte, statut__in=(StatutDepot.OUVERT, StatutDepot.A_CONFIRMER)
    ).count()
    indus = DossierIndu.objects.none()
    if cote == CoteDuFlux.CAISSE and peut(compte, Droit.ECHANGER):
        siennes = [part.pk for part in parts if "indu" in permissions.flux_autorises(compte, part.pk)]
        indus = DossierIndu.objects.filter(depot__participation__in=siennes)
    a_signer = (
        indus.filter(statut=StatutDossier.CALCULE, prepare_par__isnull=False)
        .exclude(prepare_par=compte.pk)
        .count()
    )
    a_traiter = indus.filter(
        statut__in=(StatutDossier.RECU, StatutDossier.RAPPROCHE, StatutDossier.CALCULE), prepare_par=None
    ).count()
    possibles = [
        Carte("Envois en retard", "Échange de fichiers : un fichier, ou un état néant, est attendu de votre côté.", url, les_miens, "erreur", 8, un="Envoi en retard"),
        Carte("Envois attendus de l’autre partie", "Échange de fichiers : le jour convenu est passé.", url, len(retards) - les_miens, "avertissement", 18, un="Envoi attendu de l’autre partie"),
        Carte("Fichiers à lire", "Le mot de passe est dans la boîte dédiée.", url, a_lire, "info", 12, un="Fichier à lire"),
        Carte("Mandats à signer", "Retenue d’un indu, préparée par un collègue : avant le premier versement.", url, a_signer, "avertissement", 9, un="Mandat à signer"),
        Carte("Indus à traiter", "À rapprocher, à calculer ou à préparer avant le premier versement.", url, a_traiter, "info", 13, un="Indu à traiter"),
        Carte("Dépôts à finir", "Le fichier n’est pas envoyé, ou pas confirmé.", url, a_finir, "avertissement", 14, un="Dépôt à finir"),
    ]  # fmt: skip
    trouvees = [carte for carte in possibles if carte.compte]
    if engagement := _engagement(compte, parts):
        trouvees.append(engagement)
    return trouvees or [Carte("Échanges de fichiers", "Rien n’est en retard.", url, ordre=60)]


def _sans_flux(compte: Compte) -> list[Carte]:
    """Say what a convention on exchanges is for, to a structure that waits for its first flow (E-01)."""
    if not compte.cote_partenaire or all(
        objet != Objet.ECHANGE_FICHIERS for _, objet in compte.parts_du_jour
    ):
        return []
    texte = "Votre convention porte sur l’échange de fichiers. La caisse n’a pas encore ouvert de flux."
    return [Carte("Échanges de fichiers", texte, reverse("conventions"), ordre=60)]


def _engagement(compte: Compte, parts: list[Participation]) -> Carte | None:
    """Who is authorised and has not signed is told so before anything else (E-04)."""
    for part in parts:
        flux = FluxConvenu.objects.ouverts().filter(participation=part)
        attendu = any(permissions.est_autorise(compte, un) for un in flux)
        if attendu and not permissions.a_signe(compte, part.convention):
            adresse = reverse("engagement", args=[part.convention.reference])
            texte = "À lire et à signer avant le premier échange de fichiers."
            return Carte("Engagement de confidentialité", texte, adresse, None, "avertissement", 2)
    return None
