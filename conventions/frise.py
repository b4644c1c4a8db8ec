"""The clock of a convention: what happened, what comes next, with the rule in words beside each date."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from conventions import regles
from conventions.models.conventions import Convention, FinCause, Participation
from conventions.models.suites import Document, Jalon, MiseEnDemeure, Suivi

TITRES = {
    "redaction": "Rédaction",
    "a-signer": "Mise à la signature",
    "renvoi": "Renvoyée en rédaction",
    "signature": "Signature",
    "en-vigueur": "Entrée en vigueur",
    "utilisation-en-vigueur": "Entrée en vigueur de la convention d’utilisation",
    "avenant": "Avenant rédigé",
    "avenant-signe": "Avenant signé",
    "denonciation": "Dénonciation",
    "mise-en-demeure": "Mise en demeure",
    "mise-en-demeure-recue": "Mise en demeure reçue",
    "mise-en-demeure-close": "Mise en demeure close",
    "resiliation": "Résiliation",
    "suspension": "Accès suspendu",
    "suspension-levee": "Suspension levée",
    "remplacee": "Remplacement",
    "fin": "Fin",
    "referent-ajoute": "Référent ajouté",
    "referent-retire": "Référent retiré",
    "sous-traitance": "Sous-traitance agréée",
    "preuve": "Pièce gardée avec la convention",
    "annonce": "Annonce de la structure",
    "annonce-close": "Réponse à une annonce",
    "bilan": "Bilan annuel arrêté",
    "correction": "Date corrigée",
    "evaluation": "Évaluation partagée de la première année",
}
_NIVEAUX = {
    "en-vigueur": "succes",
    "utilisation-en-vigueur": "succes",
    "denonciation": "avertissement",
    "mise-en-demeure": "avertissement",
    "resiliation": "erreur",
    "suspension": "erreur",
}


@dataclass(frozen=True)
class Moment:
    """A point of the timeline; the names are those of the component `frise.html`."""

    quand: dt.date
    titre: str
    texte: str = ""
    auteur: str = ""
    niveau: str = ""


# Acts of the drafting follow one another on one day; the others read in the order of TITRES, however they were entered.
_REDACTION = frozenset({"redaction", "a-signer", "renvoi"})
_RANGS = {nature: 0 if nature in _REDACTION else rang for rang, nature in enumerate(TITRES)}


def passe(convention: Convention, jour: dt.date) -> list[Moment]:
    """Return what happened up to `jour`, the reconductions included, oldest first (C-03, C-06).

    One timeline whatever the order in which the acts were written down.
    """
    moments = [
        (_ordre(jalon), _moment(jalon))
        for jalon in convention.jalons.select_related("caisse")
        if jalon.jour <= jour
    ]
    # What comes by itself comes at 00:00 of its day, whether a job has run or not.
    tombees = [*_reconductions(convention, jour), *_fins(convention, jour)]
    moments += [((moment.quand, -1), moment) for moment in tombees]
    return [moment for _, moment in sorted(moments, key=lambda paire: paire[0])]


def _ordre(jalon: Jalon) -> tuple:
    rang = _RANGS.get(jalon.nature, len(_RANGS))
    suite = (jalon.pk,) if rang == 0 else (jalon.texte, jalon.commentaire, jalon.pk)
    return (jalon.jour, rang, *suite)


def _moment(jalon: Jalon) -> Moment:
    caisse = jalon.caisse.nom if jalon.caisse else ""
    return Moment(
        jalon.jour,
        TITRES.get(jalon.nature, jalon.nature),
        "\n".join(filter(None, (caisse, jalon.texte, jalon.commentaire))),
        jalon.auteur,
        _NIVEAUX.get(jalon.nature, ""),
    )


def _reconductions(convention: Convention, jour: dt.date) -> Iterable[Moment]:
    """The échéances passed without an end (T-01): those that count from an avenant's anchor, else from the start.

    A part that is not renewed has its end, at its first échéance, since its signature (C-03).
    """
    parts = [part for part in convention.participations.all() if part.debut is not None]
    if not parts:
        return
    debut = min(part.debut for part in parts)
    fins = [part.fin for part in parts]
    limite = jour if None in fins else min(jour, max(fins) - dt.timedelta(days=1))
    for quand in regles.echeances_passees(debut, _durees(convention, debut), limite):
        yield Moment(quand, "Reconduction", "Tacite reconduction à l’échéance, pour la même durée.")


def _fins(convention: Convention, jour: dt.date) -> Iterable[Moment]:
    """The ends of the caisses' parts that have come (C-01, T-01)."""
    for part in convention.participations.select_related("caisse").order_by("fin", "caisse__nom"):
        if part.fin is not None and part.fin <= jour:
            texte = f"{part.caisse.nom}\n{part.get_fin_cause_display()}"
            yield Moment(part.fin, TITRES["fin"], texte)


def _durees(convention: Convention, debut: dt.date) -> list[tuple[dt.date, int]]:
    """Return since when each duration counts: [(start, months), (échéance, months)…] (T-01, C-06)."""
    durees = [(debut, convention.parametres_initiaux.get("duree_mois", convention.duree_mois))]
    avenants = convention.avenants.filter(signe_le__isnull=False).order_by("prend_effet_le", "numero")
    for avenant in avenants:
        if "duree_mois" in avenant.changements:
            depuis, duree = durees[-1]
            ancre = regles.prochaine_echeance(depuis, duree, avenant.prend_effet_le)
            durees.append((ancre, avenant.changements["duree_mois"][1]))
    return durees


def a_venir(convention: Convention, jour: dt.date) -> list[Moment]:
    """Return what comes next after `jour`, soonest first, with the rule in words beside each date."""
    parts = [part for part in convention.participations.select_related("caisse") if part.debut is not None]
    moments: list[Moment] = []
    for part in parts:
        part.convention = convention
        moments += _de_la_part(part, jour)
    for avenant in convention.avenants.filter(signe_le__isnull=False, prend_effet_le__gt=jour):
        moments.append(Moment(avenant.prend_effet_le, f"Avenant n° {avenant.numero}", avenant.objet))
    return sorted(_fondre(moments, len(parts)), key=lambda moment: moment.quand)


def _fondre(moments: list[Moment], nombre: int) -> list[Moment]:
    """Say once what is the same for every caisse; name the caisse where it is not."""
    groupes: dict[tuple, list[str]] = {}
    for moment in moments:
        groupes.setdefault((moment.quand, moment.titre, moment.texte, moment.niveau), []).append(
            moment.auteur
        )
    return [
        Moment(quand, titre, texte, "" if len(caisses) >= nombre else ", ".join(caisses), niveau)
        for (quand, titre, texte, niveau), caisses in groupes.items()
    ]


def _de_la_part(part: Participation, jour: dt.date) -> Iterable[Moment]:
    caisse = part.caisse.nom
    convention = part.convention
    if part.fin is None and part.est_en_vigueur(jour):
        echeance = part.prochaine_echeance(jour)
        yield from _avant_l_echeance(convention, echeance, jour, caisse)
    elif part.fin is not None and part.fin > jour:
        yield Moment(part.fin, "Fin de la convention", _raison(part), caisse, "avertissement")
    if part.bonne_fin_jusqu_au and part.bonne_fin_jusqu_au > jour:
        yield Moment(
            part.bonne_fin_jusqu_au,
            "Fin de la période de bonne fin",
            "Jusque-là, les demandes ouvertes restent consultables ; aucune nouvelle demande.",
            caisse,
        )
    for mise in part.mises_en_demeure.filter(close_le=None):
        yield from _de_la_mise(mise, caisse)


def _avant_l_echeance(
    convention: Convention, echeance: dt.date, jour: dt.date, caisse: str
) -> Iterable[Moment]:
    if convention.denonciation == regles.A_TOUT_MOMENT:
        fin = regles.plus_mois(jour, convention.denonciation_mois)
        texte = (
            f"Dénonçable à tout moment avec un préavis de {convention.denonciation_mois} mois : "
            f"une lettre d’aujourd’hui y mettrait fin le {fin:%d/%m/%Y}."
        )
        yield Moment(echeance, "Prochaine reconduction", texte, caisse)
        return
    dernier = regles.dernier_jour_denonciation(
        convention.denonciation, convention.denonciation_mois, echeance
    )
    if dernier >= jour:
        yield Moment(
            dernier,
            "Dernier jour pour dénoncer",
            f"Envoyée après ce jour, une lettre ne vaut que pour l’échéance qui suit celle du {echeance:%d/%m/%Y}.",
            caisse,
        )
        suite = (
            f"Reconduite pour la même durée, sauf dénonciation envoyée au plus tard le {dernier:%d/%m/%Y}."
        )
    else:
        suite = f"Le dernier jour pour dénoncer était le {dernier:%d/%m/%Y} : la convention sera reconduite."
    yield Moment(echeance, "Prochaine reconduction", suite, caisse)


def _raison(part: Participation) -> str:
    if part.fin_cause == FinCause.DENONCIATION:
        auteur = "le partenaire" if part.denoncee_par_le_partenaire else "la caisse"
        return f"Dénoncée par {auteur}, lettre du {part.denoncee_le:%d/%m/%Y}. L’accès au portail cesse ce jour-là."
    return f"{part.get_fin_cause_display()}. L’accès au portail cesse ce jour-là."


def _de_la_mise(mise: MiseEnDemeure, caisse: str) -> Iterable[Moment]:
    possible = mise.resiliable_des
    if possible is not None:
        depart = "l’envoi" if mise.document == Document.CONVENTION else "la réception"
        yield Moment(
            possible,
            "Résiliation possible",
            f"{mise.get_document_display()} : {mise.delai_jours} jours après {depart} de la mise en demeure. Rien "
            "n’est automatique : une personne décide, et un manquement réparé à temps clôt la procédure.",
            caisse,
            "avertissement",
        )


def phrase_etat(convention: Convention, jour: dt.date) -> str:
    """Return the state in one sentence: until when, why, whose turn it is."""
    statut = convention.statut
    if statut == Convention.Statut.BROUILLON:
        return "En cours de rédaction par la caisse : rien n’est encore proposé à la signature."
    if statut == Convention.Statut.A_SIGNER:
        return "Le texte est arrêté. La convention entrera en vigueur à la date de la dernière signature."
    prochains = [moment for moment in a_venir(convention, jour) if "dénoncer" not in moment.titre]
    if not prochains:
        return "Cette convention n’est plus en vigueur. Son histoire reste consultable."
    moment = prochains[0]
    suspendue = any(part.suspendue_le is not None for part in convention.participations.all())
    etat = "En vigueur, accès au portail suspendu" if suspendue else "En vigueur"
    return f"{etat}. {moment.titre} le {moment.quand:%d/%m/%Y}. {moment.texte}"


def comite_en_retard(convention: Convention, jour: dt.date) -> bool:
    """Whether a comité at least once a year is agreed, and none was held or is planned in the last twelve months (C-11)."""
    debuts = [part.debut for part in convention.participations.all() if part.debut is not None]
    un_an_avant = regles.plus_mois(jour, -12)
    if not debuts or min(debuts) > un_an_avant:
        return False
    comites = [
        un for un in convention.suivis.all() if un.nature == Suivi.Nature.COMITE and un.jour > un_an_avant
    ]
    # One that nobody confirmed does not count, but for those to come (C-21).
    return not any(un.tenu or un.jour > jour for un in comites)


def evaluation_attendue(convention: Convention, jour: dt.date) -> dt.date | None:
    """Return the first reconduction when the shared evaluation is to be made before it; None else (C-03)."""
    debuts = [part.debut for part in convention.participations.all() if part.est_en_vigueur(jour)]
    if not debuts or convention.evaluation_le or not convention.reconduction_tacite:
        return None
    premiere = regles.echeance(min(debuts), convention.duree_mois, 1)
    return premiere if regles.seuil_de_rappel(jour, premiere) else None
