"""What lives beside the text: référents, sub-processing, shared evaluation, code confidentiel (C-03, C-08, C-12, C-18)."""

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from caisses.models import Caisse
from conformite.journal import consigner
from conformite.scellement import ouvrir_secret, sceller_secret
from conventions.actions.etat import avertir, jour_de, noter
from conventions.journal import Acte
from conventions.models.conventions import Convention, Participation
from conventions.models.suites import Partie, Referent, SousTraitance, Suivi
from conventions.permissions import (
    can_conduire_convention,
    can_ecrire_suivi,
    can_lire_code,
    can_renouveler_code,
    can_tenir_referents,
)
from socle import horloge
from socle.acteurs import Acteur
from socle.certain import certain
from socle.roles import exiger

_USAGE_CODE = "code-confidentiel"
# Without the letters and figures that are mistaken for one another when read aloud.
_ALPHABET_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@transaction.atomic
def ajouter_referent(
    convention: Convention,
    *,
    par: Acteur,
    partie: str,
    theme: str,
    nom: str,
    fonction: str,
    telephone: str = "",
    courriel: str = "",
    caisse: Caisse | None = None,
    organisme: str = "",
) -> Referent:
    """Add a référent; the other parties are told, no avenant is needed (C-08). Raise ValidationError for a bad field."""
    exiger(can_tenir_referents(par, convention, partie))
    if partie == Partie.CAISSE and not convention.participations.filter(caisse=caisse).exists():
        raise ValidationError({"caisse": "Cette caisse n’est pas partie à la convention."})
    if partie == Partie.AUTRE and organisme not in convention.autres_signataires:
        raise ValidationError({"organisme": "Cet organisme n’est pas partie à la convention."})
    referent = Referent(
        convention=convention,
        partie=partie,
        caisse=caisse if partie == Partie.CAISSE else None,
        organisme=organisme if partie == Partie.AUTRE else "",
        theme=theme,
        nom=nom,
        fonction=fonction,
        telephone=telephone,
        courriel=courriel,
        depuis=jour_de(convention),
    )
    referent.full_clean()
    referent.save()
    _dire_le_changement(convention, par, "referent-ajoute", theme)
    consigner(Acte.CONVENTION_AJOUTER_REFERENT, par=par, objet=referent)
    return referent


@transaction.atomic
def retirer_referent(referent: Referent, *, par: Acteur) -> Referent:
    """End a référent's part; the history keeps the name until the convention goes (C-08)."""
    convention = referent.convention
    exiger(can_tenir_referents(par, convention, referent.partie))
    if referent.jusqu_au is not None:
        raise ValidationError("Ce référent est déjà retiré.")
    referent.jusqu_au = jour_de(convention)
    referent.save(update_fields=["jusqu_au"])
    _dire_le_changement(convention, par, "referent-retire", referent.theme)
    consigner(Acte.CONVENTION_RETIRER_REFERENT, par=par, objet=referent)
    return referent


def _dire_le_changement(convention: Convention, par: Acteur, nature: str, theme: str) -> None:
    noter(convention, nature, jour_de(convention), par=par, texte=theme)
    if convention.statut == Convention.Statut.BROUILLON:
        return
    for participation in convention.participations.select_related("caisse", "convention__partenaire"):
        avertir(participation, "referents")


@transaction.atomic
def enregistrer_sous_traitance(
    convention: Convention, *, par: Acteur, prestataire: str, objet: str, agreee_le: dt.date
) -> SousTraitance:
    """Record the caisse's prior agreement to a sub-processor of the partner (C-18)."""
    exiger(can_conduire_convention(par, convention))
    if agreee_le > jour_de(convention):
        raise ValidationError({"agreee_le": "L’accord ne peut être daté d’un jour à venir."})
    ligne = SousTraitance(convention=convention, prestataire=prestataire, objet=objet, agreee_le=agreee_le)
    ligne.full_clean()
    ligne.save()
    noter(convention, "sous-traitance", agreee_le, par=par, texte=prestataire)
    consigner(Acte.CONVENTION_SOUS_TRAITANCE, par=par, objet=ligne)
    return ligne


@transaction.atomic
def finir_sous_traitance(
    sous_traitance: SousTraitance, *, par: Acteur, le: dt.date, raison: str
) -> SousTraitance:
    """Note the end of an agreement, or that it was entered by mistake: it stands in the text no more (C-18).

    Raise ValidationError when it is over already, to come, or before the agreement.
    """
    convention = sous_traitance.convention
    exiger(can_conduire_convention(par, convention))
    ligne = SousTraitance.objects.select_for_update(of=("self",)).get(pk=sous_traitance.pk)
    if ligne.finie_le is not None:
        raise ValidationError("Cette sous-traitance est déjà finie.")
    if not ligne.agreee_le <= le <= jour_de(convention):
        raise ValidationError({"le": "La fin vient entre le jour de l’accord et aujourd’hui."})
    ligne.finie_le, ligne.fin_raison = le, raison.strip()
    ligne.full_clean()
    ligne.save(update_fields=["finie_le", "fin_raison"])
    noter(convention, "sous-traitance", le, par=par, texte=f"{ligne.prestataire} : fin")
    consigner(Acte.CONVENTION_FINIR_SOUS_TRAITANCE, par=par, objet=ligne)
    return ligne


@transaction.atomic
def enregistrer_evaluation(convention: Convention, *, par: Acteur, le: dt.date) -> Convention:
    """Record the shared evaluation of the first year; its absence blocks nothing (C-03)."""
    exiger(can_ecrire_suivi(par, convention))
    if le > jour_de(convention):
        raise ValidationError({"le": "L’évaluation ne peut être datée d’un jour à venir."})
    convention.evaluation_le = le
    convention.save(update_fields=["evaluation_le"])
    noter(convention, "evaluation", le, par=par)
    consigner(Acte.CONVENTION_EVALUATION, objet=convention, par=par)
    return convention


@transaction.atomic
def enregistrer_suivi(
    convention: Convention, *, par: Acteur, nature: str, jour: dt.date, texte: str
) -> Suivi:
    """Record a comité, a difficulty met or a word of the evaluation, for the side that writes (C-11, C-20).

    Raise ValidationError for a difficulty or an evaluation to come, or without a text.
    """
    exiger(can_ecrire_suivi(par, convention))
    if nature != Suivi.Nature.COMITE and jour > jour_de(convention):
        raise ValidationError({"jour": "Seul un comité peut être daté d’un jour à venir."})
    if nature != Suivi.Nature.COMITE and not texte.strip():
        raise ValidationError({"texte": "Écrivez en quelques mots ce qui a été constaté."})
    suivi = Suivi(
        convention=convention,
        nature=nature,
        jour=jour,
        texte=texte.strip(),
        saisi_le=horloge.maintenant(),
        **cote(par, convention),
    )
    suivi.full_clean()
    suivi.save()
    consigner(Acte.CONVENTION_SUIVI, par=par, objet=suivi, nature=nature)
    return suivi


def cote(par: Acteur, convention: Convention) -> dict[str, Any]:
    """Return the side for which `par` writes: the structure, or his caisse (C-20)."""
    if par.cote_partenaire:
        return {"partie": Partie.PARTENAIRE, "caisse": None}
    parts = convention.participations.select_related("caisse").order_by("pk")
    return {"partie": Partie.CAISSE, "caisse": next(un.caisse for un in parts if par.agit_pour(un.caisse))}


@transaction.atomic
def confirmer_comite(suivi: Suivi, *, par: Acteur, tenu: bool, presents: str = "", texte: str = "") -> Suivi:
    """Say whether a comité was held, who came and what was decided: it counts only then (C-21).

    Raise ValidationError before its day, twice, or for one held without any decision written.
    """
    exiger(can_ecrire_suivi(par, suivi.convention))
    suivi = Suivi.objects.select_for_update().get(pk=suivi.pk)
    if suivi.jour > jour_de(suivi.convention):
        raise ValidationError("Ce comité est à venir : il se confirme une fois tenu.")
    if suivi.tenu is not None:
        raise ValidationError("Ce comité est déjà confirmé.")
    if tenu and not (presents.strip() and texte.strip()):
        raise ValidationError({"texte": "Dites qui est venu et ce qui a été décidé."})
    suivi.tenu, suivi.presents = tenu, presents.strip()
    suivi.texte = texte.strip() or suivi.texte
    suivi.full_clean()
    suivi.save(update_fields=["tenu", "presents", "texte"])
    consigner(Acte.CONVENTION_CONFIRMER_COMITE, par=par, objet=suivi, tenu=tenu)
    return suivi


@transaction.atomic
def renouveler_code(participation: Participation, *, par: Acteur) -> str:
    """Give the partenaire a new code confidentiel with that caisse; return it, shown once (C-12)."""
    exiger(can_renouveler_code(par, participation))
    participation = Participation.objects.select_for_update(of=("self",)).get(pk=participation.pk)
    code = "-".join("".join(secrets.choice(_ALPHABET_CODE) for _ in range(4)) for _ in range(2))
    participation.code_scelle = sceller_code(participation, code)
    participation.code_renouvele_le = horloge.maintenant()
    participation.save(update_fields=["code_scelle", "code_renouvele_le"])
    consigner(Acte.CODE_RENOUVELER, par=par, objet=participation)
    return code


@transaction.atomic
def lire_code(participation: Participation, *, par: Acteur) -> str:
    """Return the code confidentiel to its structure's gestionnaire; the reading is logged (C-12).

    Raise ValidationError when the caisse has given none yet.
    """
    exiger(can_lire_code(par, participation))
    if participation.code_scelle is None:
        raise ValidationError(
            f"{participation.caisse} n’a pas encore donné de code confidentiel à votre structure."
        )
    consigner(Acte.CODE_LIRE, par=par, objet=participation)
    return ouvrir_code(participation)


def sceller_code(participation: Participation, code: str) -> bytes:
    """Return the code confidentiel sealed for that part (C-12)."""
    return sceller_secret(code.encode(), _USAGE_CODE, f"participation:{participation.pk}")


def ouvrir_code(participation: Participation) -> str:
    """Return the code confidentiel in clear, for a comparison (C-12)."""
    scelle = bytes(certain(participation.code_scelle))
    return ouvrir_secret(scelle, _USAGE_CODE, f"participation:{participation.pk}").decode()


def code_est_le_bon(participation: Participation, saisie: str) -> bool:
    """Whether what the caller wrote is the code of the structure with that caisse, in constant time (C-12)."""
    if participation.code_scelle is None:
        return False
    propre = "".join(saisie.upper().split()).replace("-", "")
    return secrets.compare_digest(propre.encode(), ouvrir_code(participation).replace("-", "").encode())
