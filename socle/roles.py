"""The table of rights: what each profile may do, on which side it stands, whom it manages.

A right is asked by `peut(acteur, Droit.X)`, in a predicate of `permissions.py` that adds the perimeter. Nothing else
compares a profile (tests/maison/test_roles.py): a new profile is a member of `Profil` and a line of `ROLES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.core.exceptions import PermissionDenied

from socle.profils import Profil

MACHINE = "machine"


class Droit(StrEnum):
    """What an account may do, whatever the object: its perimeter is asked apart."""

    # --- Demandes
    DEPOSER_DEMANDES = "deposer-demandes"  # start one, and act for the structure on those that it has open
    SUIVRE_DEMANDES = "suivre-demandes"  # read those of the structure
    LIRE_DEMANDES = "lire-demandes"  # the desk: read those addressed to the caisse
    TRAITER_DEMANDES = "traiter-demandes"  # act on them
    ENCADRER_DEMANDES = "encadrer-demandes"  # act on a colleague’s, see the load of each, reopen, prolong
    CLORE_AU_TERME = "clore-au-terme"  # end what nobody answered or read (D-20)
    LIRE_MODELES = "lire-modeles"  # texts prepared for the answers
    ECRIRE_MODELES = "ecrire-modeles"
    LIRE_CHIFFRES = "lire-chiffres"  # the figures of the structure, of the caisse, of the nation

    # --- Accounts
    VOIR_COMPTES = "voir-comptes"  # those of a structure
    GERER_STRUCTURE = "gerer-structure"  # speak for it: seats, review, relève
    GERER_EQUIPE = "gerer-equipe"  # accounts of the caisses
    VEILLER_AUX_COMPTES = "veiller-aux-comptes"  # told of each account of the caisse that opens
    DEMANDER_HABILITATION = "demander-habilitation"  # for the structure, or in its name
    HABILITER = "habiliter"  # decide on it, open reviews, exclude
    SUIVRE_REVUES = "suivre-revues"  # of the accounts of a structure
    VOIR_SECURITE = "voir-securite"  # reports of fraud, loss or theft
    PUBLIER_CGU = "publier-cgu"  # conditions of use

    # --- Caisses and conventions
    CREER_CAISSES = "creer-caisses"  # and their first administrateur
    REGLER_CAISSE = "regler-caisse"  # its pôles, delays and channels
    LIRE_CONVENTIONS = "lire-conventions"
    LIRE_STRUCTURE = "lire-structure"  # its record
    CONDUIRE_CONVENTIONS = (
        "conduire-conventions"  # draft, sign, amend, end; find a structure by its SIRET
    )
    LIRE_CODE = "lire-code"  # the code confidentiel (C-12)
    IDENTIFIER_APPELANT = "identifier-appelant"  # who calls or writes (C-12)

    # --- Exchanges of files
    VOIR_ECHANGES = "voir-echanges"  # their states and dates
    ECHANGER = "echanger"  # sign the engagement; deposit and read what an authorisation opens (E-01, E-04)
    REGLER_ECHANGES = "regler-echanges"  # flows, authorisations, mailboxes (E-08, E-10)

    # --- Conformity
    LIRE_JOURNAL = "lire-journal"
    LIRE_DETAILS = "lire-details"  # what an act carries beside its reference
    VOIR_EXECUTIONS = "voir-executions"  # runs of the jobs
    VOIR_CONSERVATION = "voir-conservation"
    LIBERER_FREIN = "liberer-frein"  # let go an abnormal volume of the purge
    GELER = "geler"  # hold a demande past its term
    DECLARER_VIOLATION = "declarer-violation"  # from any page, in one click
    TRAITER_VIOLATIONS = "traiter-violations"
    TRANSMETTRE_DROITS = "transmettre-droits"  # a person’s request
    TRAITER_DROITS = "traiter-droits"
    CERTIFICATS = "certificats"  # of destruction; attest it, or write down the attestation received
    VOIR_REGISTRE = "voir-registre"

    # --- Information and support
    LIRE_INFORMATIONS = "lire-informations"  # I-01
    PUBLIER = "publier"  # and hold sessions (I-01, I-03)
    PARTICIPER = "participer"  # subscribe to the letter and to the sessions
    REPONDRE_ASSISTANCE = "repondre-assistance"  # the interlocuteur of the caisse (I-04)
    REPONDRE_ASSISTANCE_NATIONALE = "repondre-assistance-nationale"
    ANNONCER_MAINTENANCE = "annoncer-maintenance"
    RELIRE_COURRIELS = "relire-courriels"  # let go or throw away what a restored backup keeps back


class Geste(StrEnum):
    """What one does with the account of another."""

    CREER = "creer"
    MODIFIER = "modifier"
    INACTIVER = "inactiver"
    REACTIVER = "reactiver"
    RELANCER = "relancer"
    REFAIRE_FACTEUR = "refaire-facteur"
    ROUVRIR_APRES_FIN = "rouvrir-apres-fin"  # in one act, those that the end of the conventions closed
    CONFIER = "confier"  # name who takes over his open demandes
    EXCLURE = "exclure"  # from one caisse


class Cote(StrEnum):
    """Which side an account acts for."""

    PARTENAIRE = "partenaire"
    CAISSE = "caisse"
    NATIONAL = "national"
    MACHINE = "machine"


@dataclass(frozen=True)
class Role:
    """One profile: its side, what it may do in one sentence for people, its rights, whose accounts it manages.

    `places`: the seats that an account of the profile takes in its structure, as the quotas name them (Q-01).
    """

    cote: Cote
    phrase: str
    droits: frozenset[Droit]
    gere: Mapping[Profil, frozenset[Geste]] = field(default_factory=dict)
    places: str = ""


GESTION = frozenset(
    {Geste.CREER, Geste.MODIFIER, Geste.INACTIVER, Geste.REACTIVER, Geste.RELANCER, Geste.REFAIRE_FACTEUR}
)
# Anyone of a structure or of a caisse.
_TOUS = {Droit.LIRE_INFORMATIONS, Droit.DECLARER_VIOLATION}
_STRUCTURE = _TOUS | {Droit.VOIR_ECHANGES, Droit.LIRE_CONVENTIONS, Droit.LIRE_CHIFFRES, Droit.PARTICIPER}
_AGENT = _TOUS | {
    Droit.VOIR_ECHANGES,
    Droit.ECHANGER,
    Droit.LIRE_DEMANDES,
    Droit.TRAITER_DEMANDES,
    Droit.LIRE_MODELES,
    Droit.IDENTIFIER_APPELANT,
}

ROLES: dict[str, Role] = {
    Profil.TECHNICIEN: Role(
        cote=Cote.PARTENAIRE,
        phrase="Déposer des demandes auprès des caisses, suivre toutes celles de la structure.",
        droits=frozenset(_STRUCTURE | {Droit.ECHANGER, Droit.DEPOSER_DEMANDES, Droit.SUIVRE_DEMANDES}),
        places="techniciens",
    ),
    Profil.GESTIONNAIRE: Role(
        cote=Cote.PARTENAIRE,
        phrase="Gérer les comptes de la structure et parler pour elle aux caisses. Aucune demande n’est lisible.",
        droits=frozenset(
            _STRUCTURE
            | {
                Droit.VOIR_COMPTES,
                Droit.GERER_STRUCTURE,
                Droit.DEMANDER_HABILITATION,
                Droit.SUIVRE_REVUES,
                Droit.VOIR_SECURITE,
                Droit.LIRE_STRUCTURE,
                Droit.LIRE_CODE,
                Droit.TRANSMETTRE_DROITS,
                Droit.CERTIFICATS,
            }
        ),
        # The techniciens of his structure, not the other gestionnaires.
        gere={Profil.TECHNICIEN: GESTION | {Geste.ROUVRIR_APRES_FIN, Geste.CONFIER}},
        places="gestionnaires",
    ),
    Profil.AGENT: Role(
        cote=Cote.CAISSE,
        phrase="Lire les demandes adressées à la caisse et y répondre.",
        droits=frozenset(_AGENT),
    ),
    Profil.SUPERVISEUR: Role(
        cote=Cote.CAISSE,
        phrase="Traiter les demandes adressées à la caisse, les répartir entre les agents, écrire les modèles de réponse.",
        droits=frozenset(
            _AGENT
            | {
                Droit.ENCADRER_DEMANDES,
                Droit.ECRIRE_MODELES,
                Droit.LIRE_CHIFFRES,
                Droit.VEILLER_AUX_COMPTES,
            }
        ),
    ),
    Profil.DPO: Role(
        cote=Cote.CAISSE,
        phrase="Veiller aux données personnelles : violations, droits des personnes, conservation, journal.",
        droits=frozenset(
            _TOUS
            | {
                Droit.VOIR_ECHANGES,
                Droit.VEILLER_AUX_COMPTES,
                Droit.LIRE_JOURNAL,
                Droit.LIRE_DETAILS,
                Droit.VOIR_EXECUTIONS,
                Droit.VOIR_CONSERVATION,
                Droit.LIBERER_FREIN,
                Droit.GELER,
                Droit.TRAITER_VIOLATIONS,
                Droit.TRANSMETTRE_DROITS,
                Droit.TRAITER_DROITS,
                Droit.CERTIFICATS,
                Droit.VOIR_REGISTRE,
            }
        ),
    ),
    Profil.ADMINISTRATEUR: Role(
        cote=Cote.CAISSE,
        phrase="Conduire les conventions de la caisse, habiliter les gestionnaires, gérer les comptes de la caisse. "
        "Aucune demande n’est lisible.",
        droits=frozenset(
            _TOUS
            | {
                Droit.LIRE_MODELES,
                Droit.ECRIRE_MODELES,
                Droit.LIRE_CHIFFRES,
                Droit.VOIR_COMPTES,
                Droit.GERER_EQUIPE,
                Droit.VEILLER_AUX_COMPTES,
                Droit.DEMANDER_HABILITATION,
                Droit.SUIVRE_REVUES,
                Droit.HABILITER,
                Droit.VOIR_SECURITE,
                Droit.REGLER_CAISSE,
                Droit.LIRE_CONVENTIONS,
                Droit.LIRE_STRUCTURE,
                Droit.CONDUIRE_CONVENTIONS,
                Droit.VOIR_ECHANGES,
                Droit.REGLER_ECHANGES,
                Droit.IDENTIFIER_APPELANT,
                Droit.LIRE_JOURNAL,
                Droit.VOIR_EXECUTIONS,
                Droit.VOIR_CONSERVATION,
                Droit.CERTIFICATS,
                Droit.VOIR_REGISTRE,
                Droit.PUBLIER,
                Droit.REPONDRE_ASSISTANCE,
            }
        ),
        # The gestionnaires and the accounts of his caisse; a technicien he only closes
        # (A-15, A-16, A-13 without gestionnaire), and reopens when the caisse closed it.
        gere={
            Profil.GESTIONNAIRE: GESTION | {Geste.ROUVRIR_APRES_FIN, Geste.EXCLURE},
            Profil.TECHNICIEN: frozenset({Geste.INACTIVER, Geste.REACTIVER, Geste.EXCLURE}),
            **dict.fromkeys((Profil.AGENT, Profil.SUPERVISEUR, Profil.DPO), GESTION),
        },
    ),
    Profil.NATIONAL: Role(
        cote=Cote.NATIONAL,
        phrase="Créer les caisses et leurs administrateurs, publier les conditions d’utilisation, répondre à "
        "l’assistance nationale.",
        droits=frozenset(
            {
                Droit.GERER_EQUIPE,
                Droit.VEILLER_AUX_COMPTES,
                Droit.VOIR_SECURITE,
                Droit.PUBLIER_CGU,
                Droit.CREER_CAISSES,
                Droit.VOIR_EXECUTIONS,
                Droit.VOIR_CONSERVATION,
                Droit.VOIR_REGISTRE,
                Droit.REPONDRE_ASSISTANCE_NATIONALE,
                Droit.ANNONCER_MAINTENANCE,
                Droit.RELIRE_COURRIELS,
                Droit.LIRE_CHIFFRES,
            }
        ),
        gere=dict.fromkeys((Profil.ADMINISTRATEUR, Profil.NATIONAL), GESTION),
    ),
    # What a job, a command or an installation does by itself.
    MACHINE: Role(
        cote=Cote.MACHINE,
        phrase="Traitement automatique.",
        droits=frozenset(
            {
                Droit.CLORE_AU_TERME,
                Droit.CREER_CAISSES,
                Droit.REGLER_CAISSE,
                Droit.CONDUIRE_CONVENTIONS,
                Droit.REGLER_ECHANGES,
            }
        ),
    ),
}
# Closed by default: who has no line in the table may do nothing.
_AUCUN = Role(cote=Cote.NATIONAL, phrase="", droits=frozenset())


class ADesDroits(Protocol):
    """Who has a profile."""

    @property
    def profil(self) -> str:
        """The key of its line in the table."""


def role(profil: str) -> Role:
    """Return the line of `profil`; one without any right for an unknown profile."""
    return ROLES.get(profil, _AUCUN)


def accorde(profil: str, *droits: Droit) -> bool:
    """Whether the table gives `profil` one of these rights."""
    return not role(profil).droits.isdisjoint(droits)


def peut(acteur: ADesDroits, *droits: Droit) -> bool:
    """Whether `acteur` has one of these rights. Raise AttributeError for who is nobody."""
    return accorde(acteur.profil, *droits)


def gestes(acteur: ADesDroits, profil: str) -> frozenset[Geste]:
    """Return what `acteur` does with the accounts of `profil`."""
    return role(acteur.profil).gere.get(Profil(profil), frozenset())


def profils_sous(acteur: ADesDroits, geste: Geste) -> frozenset[Profil]:
    """Return the profiles of the accounts with which `acteur` does `geste`."""
    return frozenset(profil for profil, faits in role(acteur.profil).gere.items() if geste in faits)


def profils_avec(*droits: Droit) -> frozenset[str]:
    """Return the profiles that have one of these rights, the machine included."""
    return frozenset(profil for profil in ROLES if accorde(profil, *droits))


def profils_du(cote: Cote) -> frozenset[Profil]:
    """Return the profiles of a side."""
    return frozenset(profil for profil in Profil if role(profil).cote == cote)


def exiger(permis: bool) -> None:
    """Raise PermissionDenied unless `permis`."""
    if not permis:
        raise PermissionDenied
