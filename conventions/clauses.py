"""The text of a convention: the clauses that it holds, with the sentences of its parameters in their place (C-19).

`Convention.clauses` is a parameter like the others: a list, in order, of {code, version, texte}, where `texte` is
empty unless the parties adapted the clause. Nothing is printed that is not in this list.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery

from conventions import phrases
from conventions.models.clauses import Clause, VersionDeClause
from conventions.models.conventions import Convention
from conventions.models.partenaires import Partenaire

# [duree_mois]: the sentence of a parameter, or of a fact of the convention
_PHRASE = re.compile(r"\[([a-z_]+)\]")
# [bloc:services]: a table or a list, alone on its line; the template is conventions/pdf/blocs/<nom>.html
_BLOC = re.compile(r"\[bloc:([a-z-]+)\]")
_RESTE = re.compile(r"\[[^\]\n]*\]")
BLOCS = frozenset(
    {
        "avenants",
        "delegues",
        "interlocuteurs",
        "parties",
        "pieces",
        "referents",
        "services",
        "sous-traitances",
        "vecteurs",
    }
)
# What is written of the convention beside its parameters
FAITS = frozenset({"documents", "remplace"})


@dataclass(frozen=True)
class ClauseLue:
    """A clause as a convention holds it."""

    code: str
    piece: str
    article: str
    texte: str
    version: int
    adaptee: bool


@dataclass
class Paragraphe:
    """A paragraph, the lines of a list, or the name of a table."""

    texte: str = ""
    lignes: list[str] = field(default_factory=list)
    bloc: str = ""

    @property
    def gabarit(self) -> str:
        """The template of its table."""
        return f"conventions/pdf/blocs/{self.bloc}.html"


@dataclass
class ArticleDuTexte:
    """A heading and what stands under it."""

    titre: str
    paragraphes: list[Paragraphe] = field(default_factory=list)


def choisir(clause: Clause, version: int, texte: str = "") -> dict[str, object]:
    """Return one clause as `Convention.clauses` holds it."""
    return {"code": clause.pk, "version": version, "texte": texte}


def proposees(objet: str, partenaire: Partenaire) -> list[Clause]:
    """Return the clauses that a convention may take, each with its last `version` and `texte` (C-19)."""
    dernieres = VersionDeClause.objects.filter(clause=OuterRef("pk")).order_by("-numero")
    return list(
        Clause.objects.proposees(objet, partenaire.type).annotate(
            version=Subquery(dernieres.values("numero")[:1]), texte=Subquery(dernieres.values("texte")[:1])
        )
    )


def par_defaut(objet: str, partenaire: Partenaire) -> list[dict[str, object]]:
    """Return the clauses with which a draft starts (C-19)."""
    return [choisir(une, une.version) for une in proposees(objet, partenaire) if une.d_office]


def heritees(convention: Convention, objet: str, partenaire: Partenaire) -> list[dict[str, Any]]:
    """Return the clauses of a convention that another one of this object and structure may take too (C-15, C-19)."""
    permises = {une.pk for une in proposees(objet, partenaire)}
    return [dict(une) for une in convention.clauses if une["code"] in permises]


def lire(retenues: Iterable[Mapping[str, Any]]) -> list[ClauseLue]:
    """Return the clauses that a convention holds, in its order, each in the version that it took."""
    retenues = list(retenues)
    versions = {
        (une.clause_id, une.numero): une
        for une in VersionDeClause.objects.filter(
            clause__in=[retenue["code"] for retenue in retenues]
        ).select_related("clause")
    }
    lues = []
    for retenue in retenues:
        version = versions[retenue["code"], retenue["version"]]
        lues.append(
            ClauseLue(
                version.clause_id,
                version.clause.piece,
                version.clause.article,
                retenue["texte"] or version.texte,
                version.numero,
                bool(retenue["texte"]),
            )
        )
    return lues


def verifier(retenues: Iterable[Mapping[str, Any]], objet: str, partenaire: Partenaire) -> None:
    """Raise ValidationError for a clause that is not for this convention, or a text with an unknown [word] (C-19)."""
    connues = dict(VersionDeClause.objects.filter(numero=1).values_list("clause", "clause__article"))
    permises = set(Clause.objects.proposees(objet, partenaire.type).values_list("pk", flat=True))
    permises |= set(Clause.objects.filter(retiree=True).values_list("pk", flat=True))
    codes = [retenue["code"] for retenue in retenues]
    if len(set(codes)) != len(codes) or set(codes) - permises:
        raise ValidationError(
            {"clauses": "Une clause n’est pas de celles que cette convention peut retenir."}
        )
    for retenue in retenues:
        for mot in _RESTE.findall(retenue["texte"]):
            if not connu(mot):
                raise ValidationError(
                    {"clauses": f"« {connues[retenue['code']]} » : {mot} n’est le nom d’aucune règle."}
                )


def connu(mot: str) -> bool:
    """Whether a word between brackets names a sentence or a table."""
    if bloc := _BLOC.fullmatch(mot):
        return bloc[1] in BLOCS
    trouve = _PHRASE.fullmatch(mot)
    return bool(trouve) and (
        trouve[1] in FAITS or trouve[1] in phrases.PHRASES or trouve[1] in phrases.DERIVEES
    )


def tient(retenues: Iterable[Mapping[str, Any]], code: str) -> bool:
    """Whether a convention holds this clause."""
    return any(retenue["code"] == code for retenue in retenues)


def pieces(retenues: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the documents that these clauses make: one without any clause does not exist (C-19)."""
    codes = [retenue["code"] for retenue in retenues]
    return list(
        Clause.objects.filter(pk__in=codes).order_by("piece").values_list("piece", flat=True).distinct()
    )


def articles(
    retenues: Iterable[Mapping[str, Any]], piece: str, valeurs: Mapping[str, Any], faits: Mapping[str, str]
) -> list[ArticleDuTexte]:
    """Return the articles of a document; an article of which nothing is left to say is left out (C-19)."""
    suite: list[ArticleDuTexte] = []
    for clause in lire(retenues):
        if clause.piece != piece:
            continue
        paragraphes = _paragraphes(clause.texte, lambda nom: _phrase(nom, valeurs, faits))
        if not paragraphes:
            continue
        if not suite or suite[-1].titre != clause.article:
            suite.append(ArticleDuTexte(clause.article))
        suite[-1].paragraphes += paragraphes
    return suite


def _phrase(nom: str, valeurs: Mapping[str, Any], faits: Mapping[str, str]) -> str:
    return faits[nom] if nom in FAITS else phrases.phrase_de(nom, valeurs)


def _paragraphes(texte: str, phrase: Callable[[str], str]) -> list[Paragraphe]:
    paragraphes: list[Paragraphe] = []
    for brute in texte.strip().splitlines():
        if bloc := _BLOC.fullmatch(brute.strip()):
            paragraphes.append(Paragraphe(bloc=bloc[1]))
            continue
        ligne = re.sub(" {2,}", " ", _PHRASE.sub(lambda trouve: phrase(trouve[1]), brute)).strip(" ")
        if not ligne.strip("- "):
            continue
        if ligne.startswith("- "):
            if not paragraphes or not paragraphes[-1].lignes:
                paragraphes.append(Paragraphe())
            paragraphes[-1].lignes.append(ligne[2:])
        else:
            paragraphes.append(Paragraphe(ligne))
    return paragraphes
