"""Authorisations and mailboxes, given and withdrawn by the caisse (E-01, E-08)."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models.compte import Compte
from accounts.regles import adresse_de_la_structure, domaine
from conformite.journal import consigner
from conventions.models.conventions import Participation
from echanges import notifications
from echanges.catalogue import CoteDuFlux
from echanges.journal import Acte
from echanges.models.acces import AutorisationDepot, BoiteDediee
from echanges.permissions import can_regler
from socle import horloge
from socle.acteurs import Acteur
from socle.messageries import MESSAGERIES_GRAND_PUBLIC
from socle.references import ALPHABET
from socle.roles import exiger

CODE_HEURES = 24
CODE_ESSAIS = 5
CODE_SIGNES = 8


def _verrouiller(participation: Participation, par: Acteur) -> Participation:
    exiger(can_regler(par, participation))
    return Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)


@transaction.atomic
def donner_autorisation(
    *,
    par: Acteur,
    participation: Participation,
    cote: str,
    courriel: str,
    flux: Sequence[str],
    debut: dt.date,
    fin: dt.date | None = None,
) -> AutorisationDepot:
    """Authorise an address for some flows. Raise ValidationError when it already is, or the flow is not convened."""
    _verrouiller(participation, par)
    convenus = set(participation.flux.ouverts().values_list("code", flat=True))
    if not flux or not set(flux) <= convenus:
        raise ValidationError({"flux": "Choisissez parmi les flux de la convention."})
    if fin is not None and fin < debut:
        raise ValidationError({"fin": "La fin vient avant le début."})
    if participation.autorisations.filter(cote=cote, courriel=courriel.lower(), retiree_le=None).exists():
        raise ValidationError(
            {
                "courriel": "Cette adresse est déjà autorisée. Retirez son autorisation pour en donner une autre."
            }
        )
    _verifier_le_cote(participation, cote, courriel)
    autorisation = AutorisationDepot.objects.create(
        participation=participation,
        cote=cote,
        courriel=courriel.lower(),
        flux=sorted(flux),
        debut=debut,
        fin=fin,
        donnee_le=horloge.maintenant(),
        donnee_par=par.compte,
    )
    consigner(Acte.AUTORISATION_DONNER, par=par, objet=autorisation, cote=str(cote), flux=len(flux))
    return autorisation


def _verifier_le_cote(participation: Participation, cote: str, courriel: str) -> None:
    """Raise ValidationError for an address that opens nothing on this side: another domain, an account of the other one (E-08)."""
    partenaire = cote == CoteDuFlux.PARTENAIRE
    domaines = participation.partenaire.domaines if partenaire else []
    if domaines and not adresse_de_la_structure(courriel, domaines):
        phrase = f"Cette adresse n’est pas de la structure. Domaines acceptés : {', '.join(domaines)}."
        raise ValidationError({"courriel": phrase})
    comptes = list(Compte.objects.filter(email=courriel.lower()).order_by("pk"))
    if comptes and not any(un.cote_partenaire == partenaire for un in comptes):
        raise ValidationError({"cote": "Cette adresse est celle d’un compte de l’autre partie."})


@transaction.atomic
def retirer_autorisation(*, par: Acteur, autorisation: AutorisationDepot) -> bool:
    """Withdraw it: the next request of its owner is refused. Return whether this call did it."""
    _verrouiller(autorisation.participation, par)
    encore = AutorisationDepot.objects.filter(pk=autorisation.pk, retiree_le=None)
    if not encore.update(retiree_le=horloge.maintenant(), retiree_par=par.compte):
        return False
    consigner(Acte.AUTORISATION_RETIRER, par=par, objet=autorisation)
    return True


@transaction.atomic
def declarer_boite(*, par: Acteur, participation: Participation, cote: str, courriel: str) -> BoiteDediee:
    """Declare the mailbox of a side, and write it a code; the former one serves until the code is back (E-08).

    Raise ValidationError for a free mail, the address of the other side or that of an account: nobody else would be told.
    """
    _verrouiller(participation, par)
    _verifier_l_adresse(participation, cote, courriel.lower())
    participation.boites.presentes().filter(cote=cote, verifiee_le=None).update(
        retiree_le=horloge.maintenant()
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNES))
    boite = BoiteDediee.objects.create(
        participation=participation,
        cote=cote,
        courriel=courriel.lower(),
        declaree_le=horloge.maintenant(),
        declaree_par=par.compte,
        code_expire_le=horloge.maintenant() + dt.timedelta(hours=CODE_HEURES),
    )
    boite.code_empreinte = _empreinte(boite, code)
    boite.save(update_fields=["code_empreinte"])
    notifications.code_de_boite(boite, code)
    consigner(Acte.BOITE_DECLARER, par=par, objet=boite, cote=str(cote))
    return boite


def verifier_boite(*, par: Acteur, boite: BoiteDediee, code: str) -> None:
    """Take the code that the mailbox received. Raise ValidationError for a wrong one; five are enough, one day too."""
    with transaction.atomic():
        _verrouiller(boite.participation, par)
        verrouillee = BoiteDediee.objects.select_for_update(of=("self",)).get(pk=boite.pk)
        expire_le = verrouillee.code_expire_le
        if not verrouillee.code_empreinte or expire_le is None or expire_le < horloge.maintenant():
            raise ValidationError({"code": "Ce code n’est plus valable. Déclarez la boîte à nouveau."})
        juste = constant_time_compare(verrouillee.code_empreinte, _empreinte(verrouillee, code))
        verrouillee.essais += 1
        if juste:
            verrouillee.verifiee_le = horloge.maintenant()
            _prendre_la_place(verrouillee)
        if juste or verrouillee.essais >= CODE_ESSAIS:
            verrouillee.code_empreinte = ""
        verrouillee.save(update_fields=["essais", "verifiee_le", "code_empreinte"])
        if juste:
            consigner(Acte.BOITE_VERIFIER, par=par, objet=verrouillee)
    if not juste:
        raise ValidationError({"code": "Ce n’est pas le code envoyé à la boîte."})


def _verifier_l_adresse(participation: Participation, cote: str, courriel: str) -> None:
    if domaine(courriel) in MESSAGERIES_GRAND_PUBLIC:
        raise ValidationError(
            {
                "courriel": "Une boîte de service est demandée : les messageries gratuites ne sont pas acceptées."
            }
        )
    camp = participation.partenaire if cote == CoteDuFlux.PARTENAIRE else participation.caisse
    if camp.domaines and not adresse_de_la_structure(courriel, camp.domaines):
        phrase = f"Cette boîte n’est pas de {camp}. Domaines acceptés : {', '.join(camp.domaines)}."
        raise ValidationError({"courriel": phrase})
    if participation.boites.presentes().exclude(cote=cote).filter(courriel=courriel).exists():
        raise ValidationError({"courriel": "Cette boîte est celle de l’autre partie."})
    if Compte.objects.filter(email=courriel).exists():
        raise ValidationError(
            {
                "courriel": "Cette adresse est celle d’une personne. Donnez une boîte que plusieurs personnes lisent."
            }
        )


def _prendre_la_place(boite: BoiteDediee) -> None:
    """Withdraw the former mailbox of the side, and tell it, with both sides’ référents: passwords go elsewhere now."""
    ancienne = boite.participation.boites.verifiees().filter(cote=boite.cote).exclude(pk=boite.pk).first()
    if ancienne is not None:
        BoiteDediee.objects.filter(pk=ancienne.pk).update(retiree_le=horloge.maintenant())
        notifications.boite_changee(ancienne, boite)


@transaction.atomic
def retirer_boite(*, par: Acteur, boite: BoiteDediee) -> bool:
    """Write nothing more to a mailbox: no deposit opens until another one is there. Return whether this call did it."""
    _verrouiller(boite.participation, par)
    if not BoiteDediee.objects.presentes().filter(pk=boite.pk).update(retiree_le=horloge.maintenant()):
        return False
    consigner(Acte.BOITE_RETIRER, par=par, objet=boite)
    return True


def _empreinte(boite: BoiteDediee, code: str) -> str:
    plie = "".join(signe for signe in code.upper() if signe.isalnum())
    return salted_hmac("echanges.boite", f"{boite.pk}|{plie}", algorithm="sha256").hexdigest()
