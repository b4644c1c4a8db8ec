"""Cards of the home page: what awaits a technicien, an agent, a superviseur."""

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models.compte import Compte
from conventions.models.conventions import Objet
from signalements.forms.historique import ETATS
from signalements.models.absences import remplaces_par
from signalements.models.demandes import Demande
from signalements.models.preferences import ARevoir
from signalements.paniers import PANIERS, compter, en_retard
from socle import crochets
from socle.crochets import Carte
from socle.roles import Droit, peut

# Basket -> level and order of its card; the others stay on the desk.
_CORBEILLES = {
    "urgentes": ("erreur", 10),
    "en-retard": ("erreur", 20),
    "a-prendre": ("info", 30),
    "les-miennes": ("info", 40),
    "reponses": ("avertissement", 50),
    "bientot-au-terme": ("avertissement", 60),
    "sans-agent": ("avertissement", 70),
}


@crochets.accueil.inscrire("signalements")
def cartes(compte: Compte) -> list[Carte]:
    """Return the cards of `compte`, those with nothing to do left out but the first step."""
    if peut(compte, Droit.SUIVRE_DEMANDES):
        return _technicien(compte)
    if peut(compte, Droit.LIRE_DEMANDES):
        return _caisse(compte)
    if peut(compte, Droit.GERER_STRUCTURE):
        return _gestionnaire(compte)
    if peut(compte, Droit.ECRIRE_MODELES):
        return [
            Carte(
                "Modèles de réponse",
                "Les textes que les agents insèrent dans leurs réponses.",
                reverse("tri-modeles"),
                ordre=95,
            )
        ]
    return []


def a_des_demandes(compte: Compte) -> bool:
    """Whether a convention of the structure is about the services of the portal, not the exchange of files only."""
    return any(objet == Objet.ACCES_DROITS for _, objet in compte.parts_du_jour)


def _gestionnaire(compte: Compte) -> list[Carte]:
    """What those who left leave to nobody, until none is left: the first of them is the next to treat (A-12)."""
    orphelines = Demande.objects.sans_suivi().filter(
        partenaire=compte.partenaire_id, technicien__isnull=False
    )
    nombre, premier = (
        orphelines.count(),
        orphelines.order_by("technicien").values_list("technicien", flat=True)[:1],
    )
    return [
        Carte(
            "Demandes sans suivi",
            "Qui les suivait n’a plus de compte : dites qui les reprend. Vous en voyez les références, jamais le contenu.",
            reverse("compte-reprendre", args=[cle]),
            nombre,
            "erreur",
            15,
            un="Demande sans suivi",
        )
        for cle in premier
    ]


def _technicien(compte: Compte) -> list[Carte]:
    """The first step, then what waits: for oneself, and in the structure. Each figure opens the list that it counts."""
    if not a_des_demandes(compte):
        return []
    nombres = _compter(compte)
    liste = reverse("demandes")
    attentes = [
        Carte(titre, texte, f"{liste}?{parametres}", nombres[cle], niveau, ordre, un=un)
        for cle, (titre, un, texte, parametres, niveau, ordre) in _CARTES.items()
    ]
    nouvelle = Carte(
        "Nouvelle demande",
        "Signaler une situation, demander un document, un rendez-vous, une étude de dossier.",
        reverse("demande-nouvelle"),
        ordre=1,
    )
    premiers = [] if nombres["miennes"] else _premiers_pas()
    return [nouvelle, *premiers, *(carte for carte in attentes if carte.compte)]


def _premiers_pas() -> list[Carte]:
    """What helps who has never deposited anything; it goes away with the first draft."""
    return [
        Carte(
            "Votre première demande, pas à pas",
            "Quatre étapes, deux minutes : quoi choisir, quoi écrire, ce qui se passe ensuite.",
            reverse("aide-article", args=["deposer"]),
            ordre=2,
        ),
        Carte(
            "Informer la personne",
            "La notice à lire avec elle, ou à lui remettre, avant d’envoyer une demande.",
            reverse("notice", args=["assures"]),
            ordre=3,
        ),
    ]


# What is counted -> title, title for one, sentence, filters of the list that it opens, level, order.
_CARTES = {
    "complements": (
        *("Compléments à apporter", "Complément à apporter", "La caisse vous a posé une question."),
        *("filtre=complements", "avertissement", 10),
    ),
    "reponses": (
        *("Réponses à lire", "Réponse à lire", "La caisse a répondu."),
        *("filtre=a-lire", "succes", 20),
    ),
    "sans_suivi": (
        *("Demandes sans suivi", "Demande sans suivi"),
        "Qui les suivait n’a plus de compte : reprenez celles que vous connaissez.",
        *("qui=sans-suivi", "erreur", 25),
    ),
    "brouillons": (
        *("Brouillons à finir", "Brouillon à finir"),
        "Un brouillon est gardé 30 jours après sa dernière modification.",
        *("filtre=brouillons", "info", 40),
    ),
    "rappels": (
        *("À revoir", "À revoir", "Vous avez demandé à les revoir aujourd’hui, ou un jour déjà passé."),
        *("filtre=ouvertes&qui=structure&revoir=on", "avertissement", 35),
    ),
    "a_la_caisse": (
        *("Chez la caisse", "Chez la caisse", "Celles que vous suivez, en cours de traitement."),
        *("filtre=chez-la-caisse", "info", 50),
    ),
    "retards": (
        *(
            "Après la date promise",
            "Après la date promise",
            "La caisse n’a pas répondu à temps à celles que vous suivez.",
        ),
        *("filtre=chez-la-caisse&retard=on", "erreur", 30),
    ),
    "retards_structure": (
        *("En retard dans la structure", "En retard dans la structure"),
        "Toutes celles de la structure, après la date promise.",
        *("filtre=chez-la-caisse&retard=on&qui=structure", "avertissement", 55),
    ),
    "structure": (
        *(
            "Dans toute la structure",
            "Dans toute la structure",
            "Demandes en cours, suivies par vous ou par vos collègues.",
        ),
        *("filtre=ouvertes&qui=structure", "info", 60),
    ),
}


def _compter(compte: Compte) -> dict[str, int]:
    """Count, in one query, what oneself and the structure have to do or wait for."""
    moi = Q(technicien__in=[compte.pk, *remplaces_par(compte)])
    nombres = (
        Demande.objects.visibles_par(compte)
        .entamees()
        .aggregate(
            complements=Count("id", filter=moi & ETATS["complements"].condition),
            reponses=Count("id", filter=moi & ETATS["a-lire"].condition),
            rappels=Count("id", filter=Q(pk__in=ARevoir.dus(compte)) & ETATS["ouvertes"].condition),
            miennes=Count("id", filter=moi),
            brouillons=Count("id", filter=moi & ETATS["brouillons"].condition),
            a_la_caisse=Count("id", filter=moi & ETATS["chez-la-caisse"].condition),
            retards=Count("id", filter=moi & en_retard()),
            retards_structure=Count("id", filter=en_retard()),
            structure=Count("id", filter=ETATS["ouvertes"].condition),
            autres=Count("id", filter=ETATS["ouvertes"].condition & ~moi),
            sans_suivi=Count("id", filter=ETATS["ouvertes"].condition & ~Q(technicien__statut="actif")),
        )
    )
    # What is all one's own is said once.
    if nombres["retards_structure"] == nombres["retards"]:
        nombres["retards_structure"] = 0
    if not nombres.pop("autres"):
        nombres["structure"] = 0
    return nombres


def _caisse(compte: Compte) -> list[Carte]:
    visibles = Demande.objects.visibles_par(compte)
    comptes = {panier.code: nombre for panier, nombre in compter(visibles, compte, _CORBEILLES)}
    return [
        Carte(
            PANIERS[code].titre,
            PANIERS[code].definition,
            f"{reverse('tri')}?panier={code}",
            comptes[code],
            niveau,
            ordre,
        )
        for code, (niveau, ordre) in _CORBEILLES.items()
        if comptes[code] or code == "a-prendre"
    ]
