"""Avenants: any change is numbered, dated, and says what it changes (C-06)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from caisses.models import Motif
from conventions import clauses, phrases
from conventions.actions import avenants
from conventions.actions.avenants import attendus
from conventions.actions.signatures import designer, peut_signer
from conventions.forms.convention import AvenantForm
from conventions.forms.suites import DateForm
from conventions.models.conventions import Convention
from conventions.models.suites import Avenant
from conventions.views.actes import charger, charger_pour_conduire, charger_signataire, page_d_acte
from socle.actes import envoye


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: HttpRequest, reference: str) -> HttpResponse:
    """Draft an avenant: the form holds the parameters in force, what is changed in it makes the avenant."""
    convention = charger_pour_conduire(request, reference)
    if convention.statut not in {Convention.Statut.EN_VIGUEUR, Convention.Statut.DENONCEE}:
        messages.warning(request, "Un avenant modifie une convention en vigueur.")
        return redirect("convention", reference)
    form = AvenantForm(
        request.POST if request.method == "POST" else None, compte=request.user, convention=convention
    )
    if request.method == "POST" and form.is_valid():
        try:
            avenant = avenants.rediger_avenant(
                par=request.user,
                convention=convention,
                objet=form.cleaned_data["objet_avenant"],
                valeurs=form.valeurs(),
                prend_effet_le=form.cleaned_data["prend_effet_le"],
                vaut_pour_l_existant=form.cleaned_data["vaut_pour_l_existant"],
                # Without it (a form sent again after the end of a session) the present text is read first.
                version=form.cleaned_data["version"] or 0,
            )
        except ValidationError as erreur:
            form.refuser(erreur)
            if getattr(erreur, "code", "") == "version":
                form.reprendre_version(Convention.objects.get(pk=convention.pk).version)
        else:
            messages.success(request, f"L’avenant n° {avenant.numero} est rédigé : il reste à le signer.")
            return redirect("avenant", reference, avenant.numero)
    contexte = {"form": form, "convention": convention}
    return render(request, "conventions/avenant_nouveau.html", contexte, status=422 if form.errors else 200)


def _charger(convention: Convention, numero: int) -> Avenant:
    avenant = get_object_or_404(convention.avenants, numero=numero)
    avenant.convention = convention
    return avenant


@require_safe
def detail(request: HttpRequest, reference: str, numero: int) -> HttpResponse:
    """Show an avenant: what it changes, line by line, and who has signed."""
    convention = charger(request, reference)
    avenant = _charger(convention, numero)
    contexte = {
        "convention": convention,
        "avenant": avenant,
        "changements": lire_changements(avenant),
        "signatures": avenant.signatures.select_related("signataire__caisse"),
        "attendus": [
            (un, designer(un), peut_signer(request.user, convention, un)) for un in attendus(avenant)
        ],
    }
    return render(request, "conventions/avenant.html", contexte)


def lire_changements(avenant: Avenant) -> list[list[str]]:
    """Return what an avenant changes: [name, sentence before, sentence after] (C-06, C-09, C-10)."""
    parts = list(avenant.convention.participations.select_related("caisse"))
    motifs = dict(Motif.objects.values_list("pk", "libelle"))
    lignes = []
    for nom, (avant, apres) in avenant.changements.items():
        if nom == "clauses":
            lignes += _clauses_changees(avant, apres)
            continue
        if nom in phrases.PHRASES:
            lignes.append(
                [phrases.LIBELLES[nom], phrases.phrase(nom, avant) or "–", phrases.phrase(nom, apres) or "–"]
            )
            continue
        genre, _, pk = nom.partition(":")
        caisse = next(part.caisse.nom for part in parts if str(part.caisse_id) == pk)
        if genre == "motifs":
            fermes = [motifs[code] for code in avant if code not in apres]
            ouverts = [motifs[code] for code in apres if code not in avant]
            lignes.append([f"Motifs, {caisse}", _liste("Fermés", fermes), _liste("Ouverts", ouverts)])
        else:
            lignes.append([f"Documents par le portail, {caisse}", _oui(avant), _oui(apres)])
    return lignes


def _clauses_changees(avant: list[dict[str, Any]], apres: list[dict[str, Any]]) -> list[list[str]]:
    """Return the clauses added, taken away or rewritten, and whether the order alone changed (C-19)."""
    anciennes, nouvelles = ({une.code: une for une in clauses.lire(texte)} for texte in (avant, apres))
    lignes = [
        [f"Clause, {une.article}", texte_de(anciennes, code), texte_de(nouvelles, code)]
        for code, une in (anciennes | nouvelles).items()
        if texte_de(anciennes, code) != texte_de(nouvelles, code)
    ]
    return lignes or [["Ordre des clauses", "–", "Changé"]]


def texte_de(lues: dict[str, clauses.ClauseLue], code: str) -> str:
    """Return the text of a clause, a dash where it is not held."""
    return lues[code].texte if code in lues else "–"


def _liste(titre: str, motifs: list[str]) -> str:
    return f"{titre} : {' ; '.join(motifs)}" if motifs else "–"


def _oui(valeur: Any) -> str:
    return "Oui" if valeur else "Non"


@require_http_methods(["GET", "HEAD", "POST"])
def signer(request: HttpRequest, reference: str, numero: int, signataire: int) -> HttpResponse:
    """Write down one signature of an avenant."""
    convention = charger_pour_conduire(request, reference)
    avenant = _charger(convention, numero)
    personne = charger_signataire(convention, signataire)
    return page_d_acte(
        request,
        convention=convention,
        titre=f"Signature de l’avenant n° {numero}",
        form=DateForm(envoye(request)),
        agir=partial(avenants.signer_avenant, avenant=avenant, signataire=personne),
        bouton="Enregistrer la signature",
        fait="La signature est enregistrée.",
        avant=[designer(personne) + "."],
    )
