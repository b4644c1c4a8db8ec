"""The bilan annuel: each side writes its part, then it is closed and changes no more (C-11, C-20, C-21)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from conformite.journal import consigner
from conventions import bilans
from conventions.actions.etat import avertir, jour_de, noter
from conventions.actions.preuves import garder
from conventions.bilans import Annee
from conventions.journal import Acte
from conventions.models.conventions import Convention
from conventions.models.suites import BilanAnnuel, Partie, Preuve
from conventions.permissions import can_conduire_convention, can_ecrire_suivi
from fichiers.controle import Examine
from socle import horloge
from socle.acteurs import Acteur
from socle.roles import exiger


def _prendre(convention: Convention, annee: Annee) -> BilanAnnuel:
    """Lock the bilan of a year, made on its first use; raise ValidationError once it is closed."""
    Convention.objects.select_for_update().get(pk=convention.pk)
    bilan, _ = BilanAnnuel.objects.get_or_create(
        convention=convention, debut=annee.debut, defaults={"fin": annee.fin}
    )
    if bilan.clos_le is not None:
        raise ValidationError("Ce bilan est arrêté : il ne change plus.")
    return bilan


def _verifier_version(bilan: BilanAnnuel, version: int) -> None:
    if bilan.version != version:
        raise ValidationError(
            "Une autre personne a écrit dans ce bilan pendant votre lecture : relisez-le.",
            code="version",
            params={"version": bilan.version},
        )


@transaction.atomic
def ecrire_sa_part(
    convention: Convention, *, par: Acteur, annee: Annee, texte: str, version: int | None = None
) -> BilanAnnuel:
    """Write the part of one's own side: the structure's, or the caisse's (C-20). `version`: the one that was read."""
    exiger(can_ecrire_suivi(par, convention))
    bilan = _prendre(convention, annee)
    if version is not None:
        _verifier_version(bilan, version)
    cote = Partie.PARTENAIRE if par.cote_partenaire else Partie.CAISSE
    setattr(bilan, f"part_{cote}", texte.strip())
    setattr(bilan, f"part_{cote}_le", horloge.maintenant())
    bilan.version += 1
    bilan.full_clean()
    bilan.save()
    consigner(Acte.BILAN_ECRIRE, par=par, objet=bilan, cote=str(cote))
    return bilan


@transaction.atomic
def arreter(
    convention: Convention, *, par: Acteur, annee: Annee, version: int, pdf: bytes | None = None
) -> BilanAnnuel:
    """Close the bilan of a year that is over: all that it shows is frozen, its document kept (C-21).

    `version` is the one that was read. Raise ValidationError before the end of the year, while a side has not written
    its part, or (code `version`) when somebody wrote meanwhile.
    """
    exiger(can_conduire_convention(par, convention))
    bilan = _prendre(convention, annee)
    _verifier_version(bilan, version)
    if annee.fin > jour_de(convention):
        raise ValidationError(
            f"L’année court jusqu’au {annee.dernier_jour:%d/%m/%Y} : ses chiffres changent encore."
        )
    if manquantes := bilans.parts_attendues(convention, bilan):
        qui = " et ".join("la caisse" if une == Partie.CAISSE else "le partenaire" for une in manquantes)
        raise ValidationError(f"Part encore attendue : {qui}.")
    bilan.contenu = bilans.contenu(convention, annee)
    bilan.clos_le = horloge.maintenant()
    bilan.save(update_fields=["contenu", "clos_le"])
    if pdf is not None:
        examine = Examine(nom=f"{convention.reference}-bilan-{annee.rang}.pdf", genre="pdf", contenu=pdf)
        garder(par=par, convention=convention, nature=Preuve.Nature.BILAN, examines=[examine])
    noter(convention, "bilan", jour_de(convention), par=par, texte=f"Année {annee.rang}")
    consigner(Acte.BILAN_ARRETER, par=par, objet=bilan, annee=annee.rang)
    for part in convention.participations.select_related("caisse", "convention__partenaire"):
        avertir(part, "bilan", annee=annee)
    return bilan
