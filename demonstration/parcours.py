"""The guided scenario: one demande from the structure to the day when nothing of it remains, profile by profile."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_otp.oath import TOTP

from demonstration import distribution, temps

PERIODE = 30


@dataclass(frozen=True)
class Halte:
    """One step: who, what to do, what to look at, and where."""

    compte: str
    titre: str
    consignes: tuple[str, ...]
    adresse: str


ETAPES = (
    Halte(
        "technicien.metz",
        "Déposer une demande",
        (
            "Choisissez la CPAM de Moselle, le service « Signaler une situation », puis un motif.",
            "Écrivez une phrase avec un numéro de sécurité sociale : le portail le refuse.",
            "Vérifiez le récapitulatif, attestez, déposez : l’accusé de réception porte une référence.",
        ),
        "/demandes/nouvelle/",
    ),
    Halte(
        "agent.moselle",
        "Prendre en charge et demander un complément",
        (
            "Ouvrez la corbeille « À prendre en charge » : les urgentes sont en tête.",
            "Prenez la demande, puis demandez un complément : le délai est suspendu.",
            "Ajoutez une note interne : la structure ne la verra pas.",
        ),
        "/tri/",
    ),
    Halte(
        "technicien.metz",
        "Apporter le complément",
        (
            "La cloche et l’accueil disent qu’on vous attend.",
            "Répondez dans le fil, joignez au besoin une photo : elle est vérifiée et nettoyée.",
        ),
        "/demandes/",
    ),
    Halte(
        "agent.moselle",
        "Répondre",
        (
            "Choisissez l’issue, écrivez la réponse : la structure en est avertie, sans aucune donnée dans le courriel.",
        ),
        "/tri/",
    ),
    Halte(
        "technicien.metz",
        "Lire la réponse et clore",
        (
            "Lisez la réponse : la caisse voit qu’elle est lue. S’il reste une question, dites-le ; sinon, la demande peut être close.",
        ),
        "/demandes/",
    ),
    Halte(
        "gestionnaire.metz",
        "Gérer les comptes de la structure",
        (
            "Créez un compte de technicien : les places restantes sont comptées.",
            "Annoncez un départ : le compte sera inactivé ce jour-là, sans rien d’autre à faire.",
        ),
        "/comptes/",
    ),
    Halte(
        "superviseur.moselle",
        "Voir la charge et les délais",
        ("Les statistiques montrent volumes et délais, avec le même tableau à côté de chaque image.",),
        "/statistiques/",
    ),
    Halte(
        "administrateur.moselle",
        "Conduire la convention",
        (
            "Ouvrez une convention : sa frise dit la prochaine échéance et ce que ferait une dénonciation.",
            "Publiez une information, répondez à la demande d’assistance qui attend.",
        ),
        "/conventions/",
    ),
    Halte(
        "agent.hautrhin",
        "Déposer un fichier sous mot de passe",
        (
            "Ouvrez la convention dans « Échanges » : un état mensuel est en retard. Déposez, ou déclarez un état néant.",
            "Le mot de passe part d’abord vers la boîte du Département : il est dans les courriels de la démonstration.",
            "Récupérez l’indu déclaré par le Département : le mandat se signe à deux, avec « superviseur.hautrhin ».",
        ),
        "/echanges/",
    ),
    Halte(
        "technicien.mdph68",
        "Lire le fichier reçu",
        (
            "L’accueil montre les échanges seulement. Lisez le fichier qui attend, avec le mot de passe de son courriel.",
            "La page du dépôt garde chaque étape, et sa preuve en PDF.",
        ),
        "/echanges/",
    ),
    Halte(
        "dpo.moselle",
        "Vérifier la conservation",
        (
            "Regardez ce qui sera effacé et quand, puis le journal : il dit qui a lu la demande, jamais ce qu’elle contient.",
        ),
        "/conformite/conservation/",
    ),
)


@login_not_required
@require_safe
def parcours(request: HttpRequest) -> HttpResponse:
    """Show the steps, the code of the moment, and the last step: six months later."""
    contexte = {
        "etapes": ETAPES,
        "mot_de_passe": distribution.MOT_DE_PASSE,
        "code": f"{TOTP(distribution.graine(), step=PERIODE).token():06d}",
        "jour_du_portail": temps.date_du_portail(),
    }
    return render(request, "demonstration/parcours.html", contexte)
