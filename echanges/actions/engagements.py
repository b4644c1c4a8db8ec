"""The signature of the engagement de confidentialité (E-04)."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conventions.models.conventions import Convention
from echanges.catalogue import engagements, version_en_cours
from echanges.journal import Acte
from echanges.models.engagements import Engagement
from echanges.permissions import a_signe, can_signer
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger

MENTION = "Lu et approuvé"


def organisme_de(compte: Acteur, convention: Convention) -> str:
    """Return the body for which an account signs: its structure, or its caisse in this convention."""
    if compte.cote_partenaire:
        return convention.partenaire.nom
    siennes = convention.participations.filter(caisse__in=compte.caisses.all()).order_by("caisse__nom")
    return ", ".join(siennes.values_list("caisse__nom", flat=True))


@transaction.atomic
def signer_engagement(
    *, par: Acteur, convention: Convention, fonction: str, informateur: str, mention: str
) -> Engagement:
    """Keep the proof that `par` signed the text of today. Raise ValidationError when it is signed already.

    The caller has checked the password.
    """
    exiger(can_signer(par, convention))
    # Two clicks sign once.
    Convention.objects.select_for_update(no_key=True).get(pk=convention.pk)
    if a_signe(par, convention):
        raise ValidationError("Vous avez déjà signé ce texte pour cette convention.")
    version = version_en_cours()
    engagement = Engagement(
        compte=par.compte,
        convention=convention,
        version=version,
        texte=engagements()[version],
        nom=par.nom_complet,
        fonction=fonction,
        organisme=organisme_de(par, convention),
        informateur=informateur,
        mention=mention,
        signe_le=horloge.maintenant(),
    )
    engagement.empreinte = empreinte(engagement)
    engagement.save()
    consigner(Acte.ENGAGEMENT_SIGNER, par=par, objet=engagement, version=version)
    return engagement


def empreinte(engagement: Engagement) -> str:
    """Return the SHA-256 of all that was signed, in one canonical form."""
    signe = {
        "convention": engagement.convention_id,
        "compte": engagement.compte_id,
        "version": engagement.version,
        "texte": engagement.texte,
        "nom": engagement.nom,
        "fonction": engagement.fonction,
        "organisme": engagement.organisme,
        "informateur": engagement.informateur,
        "mention": engagement.mention,
        "signe_le": engagement.signe_le.isoformat(),
    }
    return hashlib.sha256(json.dumps(signe, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
