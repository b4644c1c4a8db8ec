"""What the caisses of the demonstration publish, a session to come, and a question to the support."""

import datetime as dt
from typing import Any

from accounts.models.compte import Compte
from information.actions import abonner, demander_assistance, inscrire, programmer, publier
from socle import horloge

# (days ago, nature, title, text, address)
PUBLICATIONS = (
    (
        21,
        "document",
        "Notice : la complémentaire santé solidaire en bref",
        "À remettre aux personnes que vous accompagnez.",
        "https://documents.assurance-maladie.example/css-en-bref.pdf",
    ),
    (
        12,
        "lien",
        "Trouver un professionnel de santé",
        "L’annuaire par commune et par spécialité.",
        "https://annuaire.assurance-maladie.example/",
    ),
    (
        5,
        "actualite",
        "Nouveaux plafonds de ressources",
        "Les plafonds changent au premier du mois. Les demandes déjà déposées sont étudiées avec les anciens.",
        "",
    ),
    (
        1,
        "flash",
        "Accueil de Metz fermé vendredi après-midi",
        "Les rendez-vous par téléphone sont maintenus.",
        "",
    ),
)


def installer(caisses: dict[str, Any]) -> None:
    """Publish, plan and ask, through the actions."""
    moselle = caisses["moselle"]
    administrateur = Compte.objects.get(identifiant="administrateur.moselle")
    technicien = Compte.objects.get(identifiant="technicien.metz")
    aujourd_hui = horloge.maintenant()
    for jours, nature, titre, texte, url in PUBLICATIONS:
        with horloge.a_l_instant(aujourd_hui - dt.timedelta(days=jours)):
            publier(par=administrateur, caisse=moselle, nature=nature, titre=titre, texte=texte, url=url)
    session = programmer(
        par=administrateur,
        caisse=moselle,
        titre="Prendre en main le portail",
        texte="Déposer une demande, suivre une réponse, ce qu’il ne faut pas écrire.",
        quand=(aujourd_hui + dt.timedelta(days=18)).replace(hour=9, minute=0, second=0, microsecond=0),
        lieu="CPAM de Moselle, salle Verlaine, Metz",
        places=12,
    )
    inscrire(session, par=technicien, oui=True)
    abonner(par=technicien, oui=True)
    demander_assistance(
        par=technicien,
        caisse=moselle,
        page="Joindre des pièces",
        tentative="Joindre la photo d’un justificatif prise avec mon téléphone.",
        constat="Le portail répond que le fichier est trop lourd. Comment le réduire ?",
        environnement="Téléphone Android, Chrome",
    )
