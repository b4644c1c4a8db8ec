"""The password asked again before a sensitive act: one list of addresses, read by the gate (ASVS 7.5.1, 7.5.3)."""

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.acces import MotDePasseActuelForm
from accounts.journal import Acte
from accounts.models.contreseings import Contreseing
from accounts.models.sessions import CONFIRMEE, OUVERTE
from conformite.journal import consigner
from socle import horloge
from socle.actes import LECTURE_ECRITURE
from socle.certain import certain

# How long a password typed is worth for the acts that ask for it again.
DUREE_CONFIRMATION = dt.timedelta(minutes=10)
PREFIXE = "identite"
# The page of a GET is asked for by a POST: it goes back to the GET.
LECTURE = "identite-lecture"
# What gives or takes an access, changes who may have one, binds a structure, or takes many persons away at once.
SENSIBLES = frozenset(
    {
        *("compte-nouveau", "comptes-importer", "comptes-rouvrir", "compte-modifier", "compte-inactiver"),
        *("compte-reactiver", "compte-relancer", "compte-refaire-facteur", "compte-exclure"),
        *("compte-lever-exclusion", "contreseing-decider", "habilitation-decider", "revue-decider"),
        *("equipe-nouveau", "national-cgu", "cle-ajouter", "cle-retirer", "securite-traiter"),
        *("caisse-regler-acces", "national-caisse-nouvelle", "national-caisse-domaines"),
        "national-caisse-fermer",
        *("partenaire-modifier", "convention-signer", "avenant-signer", "convention-suspendre"),
        *("convention-lever-suspension", "convention-denoncer", "convention-resilier"),
        *("code-confidentiel-renouveler", "conventions-importer", "convention-ouvrir-motifs"),
        *(
            "signature-corriger",
            "denonciation-corriger",
            "mise-en-demeure-corriger",
            "national-caisse-corriger",
        ),
        *(
            "flux-nouveau",
            "flux-clore",
            "caisse-decrire",
            "autorisation-nouvelle",
            "autorisation-retirer",
            "boite-nouvelle",
            "boite-verifier",
        ),
        *("boite-retirer", "compte-payeur"),
        *("gels", "gel-lever", "frein-liberer"),
        *("revue-pdf", "revue-ods", "securite-pdf", "droits-extraction"),
    }
)
# Asked even of who has just signed in, since who takes a session that has just begun has no password: what opens the
# account by itself, what a second person answers for.
EXPRES = frozenset({"cle-ajouter", "contreseing-decider"})


def _decide(request: HttpRequest) -> bool:
    # Who may not see it learns nothing of it: the view says so.
    cle = certain(request.resolver_match).kwargs["pk"]
    return request.method == "POST" and Contreseing.objects.visibles_par(request.user).filter(pk=cle).exists()


# Of those whose page, or whose preview, is shown without: whether it is done this time.
SI: dict[str, Callable[[HttpRequest], bool]] = {
    "comptes-importer": lambda request: bool(request.POST.get("confirmer")),
    "conventions-importer": lambda request: bool(request.POST.get("confirmer")),
    "gels": lambda request: request.method == "POST",
    "contreseing-decider": _decide,
}


def identite_recente(request: HttpRequest, nom: str = "") -> bool:
    """Whether the password was typed in this session in the last ten minutes (real time), for the address `nom`."""
    entree = 0 if nom in EXPRES else request.session.get(OUVERTE, 0)
    tape = max(entree, request.session.get(CONFIRMEE, 0))
    return horloge.temps_reel().timestamp() - tape < DUREE_CONFIRMATION.total_seconds()


@sensitive_post_parameters(f"{PREFIXE}-mot_de_passe")
def redemander(request: HttpRequest, nom: str) -> HttpResponse | None:
    """Return the page that asks the password again before the address `nom`, None when the view may go on.

    What was posted stays on the page and is sent again with the password: nothing typed is lost.
    """
    if nom not in SENSIBLES or request.method not in LECTURE_ECRITURE:
        return None
    if SI.get(nom, lambda request: True)(request) and not identite_recente(request, nom):
        saisi = request.POST if f"{PREFIXE}-mot_de_passe" in request.POST else None
        formulaire = MotDePasseActuelForm(saisi, request=request, prefix=PREFIXE)
        if not formulaire.is_valid():
            return _demander(request, formulaire, nom)
        request.session[CONFIRMEE] = int(horloge.temps_reel().timestamp())
        consigner(Acte.CONNEXION_CONFIRMER, par=request.user, objet=request.user)
    return redirect(request.get_full_path()) if LECTURE in request.POST else None


def _demander(request: HttpRequest, formulaire: MotDePasseActuelForm, nom: str) -> HttpResponse:
    gardes = [
        (champ, valeur)
        for champ, valeurs in request.POST.lists()
        for valeur in valeurs
        if champ != "csrfmiddlewaretoken" and not champ.startswith(f"{PREFIXE}-")
    ]
    # Neither files nor the answer of a key wait on a page: they are given again, once the password is.
    redonnes = nom == "cle-ajouter" or bool(request.FILES)
    lecture = request.method != "POST" or LECTURE in request.POST or redonnes
    contexte = {
        "form": formulaire,
        "gardes": [(LECTURE, "1")] if lecture else gardes,
        "conserve": not lecture,
        "fichiers": bool(request.FILES),
        "minutes": 0 if nom in EXPRES else int(DUREE_CONFIRMATION.total_seconds() // 60),
    }
    return render(request, "accounts/confirmer.html", contexte, status=422 if formulaire.errors else 200)
