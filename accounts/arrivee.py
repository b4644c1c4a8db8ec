"""The last steps of the arrival of a structure: its first gestionnaire, and the first sign-in (A-01)."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models.compte import Compte
from accounts.models.habilitations import DemandeHabilitation
from caisses.models import Caisse
from conventions.models.conventions import Participation
from conventions.models.partenaires import Partenaire
from socle import crochets
from socle.crochets import Etape
from socle.roles import Droit, profils_avec

HABILITATION, CONNEXION = "Habilitation d’un gestionnaire", "Première connexion"


@crochets.arrivee.inscrire("accounts")
def etapes(partenaire: Partenaire, caisses: QuerySet[Caisse]) -> list[Etape]:
    """Return the steps of the accounts; to a caisse whose own part is not signed, nothing of those of others (A-21)."""
    parts = Participation.objects.actuelles_des(caisses).filter(partenaire=partenaire)
    if not parts.filter(utilisation_debut__isnull=False).exists():
        dit = "Après la signature de la convention d’utilisation."
        return [Etape(HABILITATION, False, dit), Etape(CONNEXION, False)]
    return [_habilitation(partenaire, caisses), _connexion(partenaire)]


def _gestionnaires(partenaire: Partenaire) -> QuerySet[Compte]:
    ouverts = (Compte.Statut.ACTIF, Compte.Statut.EN_ATTENTE)
    return Compte.objects.gestionnaires(partenaire.pk).filter(statut__in=ouverts)


def _habilitation(partenaire: Partenaire, caisses: QuerySet[Caisse]) -> Etape:
    nombre = _gestionnaires(partenaire).count()
    if nombre:
        texte = "1 gestionnaire habilité." if nombre == 1 else f"{nombre} gestionnaires habilités."
        return Etape(HABILITATION, True, texte)
    demande = (
        DemandeHabilitation.objects.filter(partenaire=partenaire, caisse__in=caisses)
        .a_traiter()
        .filter(nature=DemandeHabilitation.Nature.HABILITATION)
        .first()
    )
    if demande is not None:
        phrase = f"Une demande attend votre décision, avant la fin du {demande.echeance:%d/%m/%Y}."
        return Etape(
            HABILITATION, False, phrase, reverse("habilitation", args=[demande.pk]), "Traiter la demande"
        )
    adresse = reverse("habilitation-nouvelle", args=["habilitation"])
    phrase = "La structure vous donne les coordonnées de son premier gestionnaire."
    return Etape(HABILITATION, False, phrase, f"{adresse}?structure={partenaire.siret}", "Saisir sa demande")


def _connexion(partenaire: Partenaire) -> Etape:
    comptes = _gestionnaires(partenaire)
    # Techniciens are made by a gestionnaire who signed in.
    venus = Compte.objects.filter(
        Q(derniere_connexion_le__isnull=False) | ~Q(profil__in=profils_avec(Droit.GERER_STRUCTURE)),
        partenaire=partenaire,
    )
    if comptes.exists() and venus.exists():
        return Etape(CONNEXION, True, "Le gestionnaire peut créer les comptes de ses techniciens.")
    if not comptes.exists():
        return Etape(CONNEXION, False)
    return Etape(
        CONNEXION,
        False,
        "Le gestionnaire a reçu son lien d’activation par courriel ; vous pouvez en envoyer un autre.",
        reverse("comptes-structure", args=[partenaire.siret]),
        "Voir les comptes de la structure",
    )
