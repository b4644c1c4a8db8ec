"""Avenants: any change is numbered, dated, and says what it changes (C-06)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q

from caisses.models import Motif
from conformite.journal import consigner
from conventions.actions.conventions import verifier_parametres
from conventions.actions.etat import avertir, jour_de, noter, verifier_version, verrouiller
from conventions.actions.signatures import peut_signer
from conventions.journal import Acte
from conventions.lecture import effet_denonciation, parametres_au
from conventions.models.conventions import Convention, FinCause
from conventions.models.suites import Avenant, Document, Signataire, Signature
from conventions.parametres import AMENDABLES, cle_documents, cle_motifs, photographier
from conventions.permissions import can_conduire_convention
from socle import horloge
from socle.acteurs import MACHINE, Acteur
from socle.certain import certain
from socle.roles import exiger


def _verifier_changements(
    convention: Convention, changements: Mapping[str, Any], prend_effet_le: dt.date | None
) -> None:
    """Raise ValidationError for a day before the convention, or a value that no convention can have."""
    debut = certain(convention.participations.order_by("debut").values_list("debut", flat=True)[0])
    if prend_effet_le is not None and prend_effet_le < debut:
        raise ValidationError({"prend_effet_le": f"La convention est en vigueur depuis le {debut:%d/%m/%Y}."})
    essai = Convention.objects.get(pk=convention.pk)
    for nom in set(changements) & set(AMENDABLES):
        setattr(essai, nom, changements[nom][1])
    verifier_parametres(essai)


@transaction.atomic
def rediger_avenant(
    convention: Convention,
    *,
    par: Acteur,
    objet: str,
    valeurs: Mapping[str, Any],
    prend_effet_le: dt.date | None = None,
    vaut_pour_l_existant: bool = False,
    version: int | None = None,
) -> Avenant:
    """Draft an avenant: `valeurs` gives the new parameters, `motifs:<caisse>` the codes of the motifs opened (C-09).

    `version` is the one that the person read. Raise ValidationError when nothing changes, when a value is unsound,
    when no effect is possible at that day, or (code `version`) when somebody else acted meanwhile.
    """
    exiger(can_conduire_convention(par, convention))
    convention = verrouiller(convention, "amender")
    verifier_version(convention, version)
    if not objet.strip():
        raise ValidationError({"objet": "Dites en une phrase ce que l’avenant change."})
    actuels = photographier(convention)
    if not convention.parametres_initiaux:
        convention.parametres_initiaux = actuels
    permis = set(AMENDABLES) | {cle for cle in actuels if ":" in cle}
    if inconnus := set(valeurs) - permis:
        raise TypeError(f"paramètres inconnus : {sorted(inconnus)}")
    changements = {nom: [actuels[nom], apres] for nom, apres in valeurs.items() if actuels[nom] != apres}
    if not changements:
        raise ValidationError("Cet avenant ne change rien.", code="vide")
    _verifier_changements(convention, changements, prend_effet_le)
    convention.version += 1
    convention.save(update_fields=["parametres_initiaux", "version"])
    avenant = Avenant.objects.create(
        convention=convention,
        numero=(convention.avenants.aggregate(dernier=Max("numero"))["dernier"] or 0) + 1,
        objet=objet.strip(),
        changements=changements,
        vaut_pour_l_existant=vaut_pour_l_existant,
        prend_effet_le=prend_effet_le,
        cree_le=horloge.maintenant(),
    )
    noter(
        convention,
        "avenant",
        jour_de(convention),
        par=par,
        texte=f"Avenant n° {avenant.numero} : {objet.strip()}",
    )
    consigner(Acte.CONVENTION_REDIGER_AVENANT, par=par, objet=avenant, numero=avenant.numero)
    return avenant


@transaction.atomic
def signer_avenant(avenant: Avenant, *, par: Acteur, signataire: Signataire, le: dt.date) -> Signature:
    """Write down a signature; the last one gives the avenant its effect, at its date or at the one it says (C-06)."""
    convention = verrouiller(avenant.convention, "amender")
    exiger(peut_signer(par, convention, signataire))
    if signataire.convention_id != convention.pk:
        raise ValidationError("Cette personne ne signe pas cette convention.")
    if le > jour_de(convention):
        raise ValidationError({"le": "La date de signature ne peut être à venir."})
    signature, nouvelle = Signature.objects.get_or_create(
        signataire=signataire,
        document=Document.AVENANT,
        avenant=avenant,
        defaults={"signee_le": le, "saisie_le": horloge.maintenant()},
    )
    if not nouvelle:
        raise ValidationError("Cette personne a déjà signé cet avenant.", code="deja_signe")
    consigner(Acte.CONVENTION_SIGNER_AVENANT, par=par, objet=avenant, numero=avenant.numero)
    if not attendus(avenant):
        _mettre_en_vigueur(avenant, par)
    return signature


def attendus(avenant: Avenant) -> list[Signataire]:
    """Return the signatories whose signature is still expected on an avenant."""
    signes = avenant.signatures.values("signataire")
    return list(avenant.convention.signataires.exclude(pk__in=signes))


def _mettre_en_vigueur(avenant: Avenant, par: Acteur) -> None:
    avenant.signe_le = avenant.signatures.aggregate(dernier=Max("signee_le"))["dernier"]
    avenant.prend_effet_le = max(avenant.prend_effet_le or avenant.signe_le, avenant.signe_le)
    avenant.save(update_fields=["signe_le", "prend_effet_le"])
    noter(
        avenant.convention,
        "avenant-signe",
        avenant.signe_le,
        par=par,
        texte=f"Avenant n° {avenant.numero}, en vigueur le {avenant.prend_effet_le:%d/%m/%Y}",
    )
    for participation in avenant.convention.participations.select_related("caisse"):
        avertir(participation, "avenant", avenant=avenant)
    _appliquer(avenant.convention)


def appliquer_avenants() -> dict[str, int]:
    """Apply the signed avenants whose day has come. Safe to run twice."""
    conventions = (
        Convention.objects.filter(Q(avenants__applique_le=None), avenants__signe_le__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
        .distinct()
    )
    appliques = 0
    for pk in conventions:
        with transaction.atomic():
            appliques += _appliquer(Convention.objects.select_for_update().get(pk=pk))
    return {"appliques": appliques}


def _appliquer(convention: Convention) -> int:
    """Bring a locked convention to its parameters of today; return how many avenants were new."""
    jour = jour_de(convention)
    dus = list(convention.avenants.filter(signe_le__isnull=False, prend_effet_le__lte=jour, applique_le=None))
    if not dus:
        return 0
    parametres = parametres_au(convention, jour)
    depuis = max(
        (certain(avenant.prend_effet_le) for avenant in dus if "reconduction_tacite" in avenant.changements),
        default=jour,
    )
    for nom in (*AMENDABLES, "echeances_depuis"):
        setattr(convention, nom, parametres[nom])
    convention.version += 1
    convention.save()
    for participation in convention.participations.select_related("convention"):
        participation.convention = convention
        codes = parametres.get(cle_motifs(participation))
        if codes is not None:
            participation.motifs.set(Motif.objects.filter(pk__in=codes))
        participation.documents_par_portail = parametres[cle_documents(participation)]
        _suivre_la_reconduction(participation, depuis)
        _recompter_la_denonciation(participation, jour)
        participation.save(update_fields=["documents_par_portail", "fin", "fin_cause", "bonne_fin_jusqu_au"])
    convention.avenants.filter(pk__in=[avenant.pk for avenant in dus]).update(
        applique_le=horloge.maintenant()
    )
    for avenant in dus:
        consigner(Acte.CONVENTION_APPLIQUER_AVENANT, par=MACHINE, objet=avenant, numero=avenant.numero)
    return len(dus)


def _suivre_la_reconduction(participation: Any, jour: dt.date) -> None:
    """Fix or lift the term when an avenant changes the tacite reconduction (C-03): the first échéance after its effect."""
    convention = participation.convention
    if not convention.reconduction_tacite and participation.fin is None and participation.debut:
        participation.fin = participation.prochaine_echeance(jour)
        participation.fin_cause = FinCause.TERME
    elif (
        convention.reconduction_tacite
        and participation.fin_cause == FinCause.TERME
        and participation.fin > jour
    ):
        participation.fin, participation.fin_cause = None, ""


def _recompter_la_denonciation(participation: Any, jour: dt.date) -> None:
    """Read a letter again under the rules of its day: the avenant may be older than it, and written down after it."""
    fin = participation.fin
    if participation.fin_cause != FinCause.DENONCIATION or fin <= jour:
        return
    participation.fin = effet_denonciation(participation, participation.denoncee_le).fin
    if participation.bonne_fin_jusqu_au is not None:
        participation.bonne_fin_jusqu_au += participation.fin - fin
