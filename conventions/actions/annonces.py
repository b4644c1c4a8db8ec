"""What the structure announces to a caisse, or asks of it, and the caisse's answer (C-20)."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from caisses.models import Caisse
from conformite.journal import consigner
from conventions.actions.etat import noter
from conventions.actions.preuves import garder
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.models.suites import Annonce, Preuve
from conventions.permissions import can_conduire_participation, can_parler
from fichiers.actions import retirer
from fichiers.controle import Examine
from socle import horloge
from socle.acteurs import Acteur
from socle.courriels import deposer_courriel
from socle.roles import exiger

A_DEPOSER = (
    "Ce message nommait une personne : son texte et ses fichiers sont effacés. Un technicien de votre structure dépose "
    "la demande sur le portail, avec l’accord de la personne."
)


@transaction.atomic
def annoncer(
    convention: Convention,
    *,
    par: Acteur,
    caisse: Caisse,
    nature: str,
    texte: str,
    lettre_du: dt.date | None = None,
    examines: Sequence[Examine] = (),
) -> Annonce:
    """Announce a letter, with its date and its proof, or ask for a change; the caisse is told (C-20).

    Raise ValidationError for a caisse that is no party, a letter to come, or one without its file.
    """
    exiger(can_parler(par, convention))
    convention = Convention.objects.select_for_update().get(pk=convention.pk)
    if convention.statut not in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}:
        raise ValidationError("Cette convention n’est pas en vigueur.")
    if not convention.participations.de(par).filter(caisse=caisse).exists():
        raise ValidationError({"caisse": "Cette caisse n’est pas partie à la convention."})
    if nature in Annonce.LETTRES:
        if lettre_du is None or lettre_du > caisse.jour:
            raise ValidationError({"lettre_du": "Indiquez la date de la lettre ; elle ne peut être à venir."})
        if not examines:
            raise ValidationError({"fichiers": "Joignez la lettre, ou la preuve de son envoi."})
    annonce = Annonce(
        convention=convention,
        caisse=caisse,
        nature=nature,
        texte=texte.strip(),
        lettre_du=lettre_du if nature in Annonce.LETTRES else None,
        auteur=par.nom_complet,
        faite_le=horloge.maintenant(),
    )
    annonce.full_clean()
    annonce.save()
    piece = nature if nature in Annonce.LETTRES else Preuve.Nature.AUTRE
    garder(par=par, convention=convention, nature=piece, examines=examines, annonce=annonce)
    noter(convention, "annonce", caisse.jour, par=par, caisse=caisse, texte=annonce.get_nature_display())
    consigner(Acte.ANNONCE_FAIRE, par=par, objet=annonce, nature=nature)
    if caisse.courriel:
        deposer_courriel(caisse.courriel, "conventions/annonce", _contexte(annonce))
    return annonce


@transaction.atomic
def clore_annonce(annonce: Annonce, *, par: Acteur, issue: str, reponse: str = "") -> Annonce:
    """Answer what the structure announced or asked: its caisse's administrateur; the structure is told (C-20).

    Raise ValidationError when it is answered already, set aside without a reason, or a question without words.
    """
    part = annonce.convention.participations.select_related("caisse").get(caisse=annonce.caisse)
    exiger(can_conduire_participation(par, part))
    annonce = Annonce.objects.select_for_update().get(pk=annonce.pk)
    if annonce.close_le is not None:
        raise ValidationError("Cette annonce a déjà sa réponse.")
    if issue == Annonce.Issue.ECARTEE and not reponse.strip():
        raise ValidationError({"reponse": "Dites à la structure pourquoi."})
    if annonce.nature in Annonce.QUESTIONS and issue != Annonce.Issue.PERSONNE and not reponse.strip():
        raise ValidationError({"reponse": "Répondez à ce que la structure demande."})
    annonce.issue, annonce.reponse, annonce.close_le = issue, reponse.strip(), horloge.maintenant()
    if issue == Annonce.Issue.PERSONNE:
        # Hidden from both sides: what is asked for a person goes to the desk.
        annonce.texte, annonce.reponse = "", annonce.reponse or A_DEPOSER
        for preuve in annonce.preuves.all():
            retirer(preuve)
    annonce.full_clean(exclude=["texte"])
    annonce.save(update_fields=["texte", "issue", "reponse", "close_le"])
    texte = f"{annonce.get_nature_display()} : {annonce.get_issue_display().lower()}"
    noter(annonce.convention, "annonce-close", part.caisse.jour, par=par, caisse=part.caisse, texte=texte)
    consigner(Acte.ANNONCE_CLORE, par=par, objet=annonce, issue=issue)
    if courriel := annonce.convention.partenaire.courriel:
        deposer_courriel(courriel, "conventions/annonce_close", _contexte(annonce))
    return annonce


def _contexte(annonce: Annonce) -> dict[str, object]:
    """Return what the mails say: references and a link, never the text (D-14)."""
    return {
        "convention": annonce.convention,
        "partenaire": annonce.convention.partenaire,
        "caisse": annonce.caisse,
        "nature": annonce.get_nature_display(),
        "issue": annonce.get_issue_display(),
    }
