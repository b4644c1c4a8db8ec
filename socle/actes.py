"""An act on a page: its form, its refusal, its sentence.

`PageDActes` for the page of an object that offers several acts; `PageDUnActe` for a page that is the form of one, on an
object, or on the account itself when it makes a new one. `vue` makes the view of either; `pour` that of an act said in
place.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import CharField, Form, HiddenInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from socle.champs import Formulaire, Ligne
from socle.confirmation import demander_confirmation
from socle.envois import empreinte
from socle.roles import exiger
from socle.transitions import TropTard

LECTURE_ECRITURE = ["GET", "HEAD", "POST"]
# The hidden field of a form that says what its page showed.
VU = "vu"


class ActeForm(Formulaire):
    """A form whose action may still refuse: the sentence goes beside its field."""

    def champs_action(self) -> dict[str, Any]:
        """Return the keyword arguments of the action: the fields themselves, unless a form says otherwise."""
        return dict(self.cleaned_data)

    def refuser(self, erreur: ValidationError) -> None:
        """Put the errors of an action on the fields that they name, the others on the form."""
        if not hasattr(erreur, "error_dict"):
            self.add_error(None, erreur)
            return
        for champ, erreurs in erreur.error_dict.items():
            cible = self.champ_de(champ)
            self.add_error(cible, [message for une in erreurs for message in une.messages])

    def champ_de(self, nom: str) -> str | None:
        """Return the field of the form that shows the errors of a column; None for the whole form."""
        return nom if nom in self.fields else None


def seulement(permis: Collection[str], champs: Iterable[str]) -> None:
    """Refuse a field that an act does not change: a form that says more than its act is a fault of ours (TypeError)."""
    if inconnus := set(champs) - set(permis):
        raise TypeError(f"champs non modifiables : {sorted(inconnus)}")


def envoye(request: HttpRequest) -> Any:
    """Return the data of a form that was sent, empty or not; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


class _Refus(Exception):
    """What the lock taught: the status of `ActeDePage.refus`."""


@dataclass(frozen=True)
class ActeDePage:
    """One act that a page offers: its form, its action, the sentence that confirms it, who may, and when it comes."""

    verbe: str
    titre: str
    bouton: str
    # The sentence, or what makes it of what the action returned.
    fait: str | Callable[[Any], str]
    faire: Callable[..., Any]
    formulaire: type[Form] = Form
    # Of the object: whether its state lets it.
    quand: Callable[[Any], bool] = lambda objet: True
    # Of the account: whether it has the right, whatever the object; or of both, when it depends on the object.
    permis: Callable[[Any], bool] = lambda compte: False
    droit: Callable[[Any, Any], bool] | None = None
    # Of the object: the sentence that says why it comes too late, or too early; empty when the act may be done.
    obstacle: Callable[[Any], str] = lambda objet: ""
    # Of the object: what is lost for ever, asked on a page of its own (RGAA 11.12).
    pertes: Callable[[Any], Sequence[str]] | None = None
    variante: str = ""
    # Alone in its page, or in its form: its fields bear no prefix.
    seul: bool = False
    # Of the object: what one decides upon. Changed since the page was shown, the act comes too late.
    vu: Callable[[Any], object] | None = None

    @classmethod
    def unique(
        cls, verbe: str, faire: Callable[..., Any], formulaire: type[Form] = Form, **options: Any
    ) -> Self:
        """Return the only act of a page, or of a form: its template says its title and its button."""
        options = {"titre": "", "bouton": "", "fait": "", "seul": True, **options}
        return cls(verbe=verbe, faire=faire, formulaire=formulaire, **options)

    def former(self, objet: Any, donnees: Any = None, fichiers: Any = None, **options: Any) -> Form:
        """Return the form of the act, bound to what was posted if any."""
        return self.formulaire(donnees, fichiers, prefix=None if self.seul else self.verbe, **options)

    def marque(self, objet: Any) -> str:
        """Return what the page of `objet` shows of what the act decides upon, in short."""
        return salted_hmac("socle.actes", repr(self.vu(objet))).hexdigest() if self.vu else ""

    def refus(self, compte: Any, objet: Any) -> int:
        """Return 403 for who may not, 409 for what comes too late, 0 when the act may be done now."""
        if not (self.droit(compte, objet) if self.droit else self.permis(compte)):
            return 403
        return 0 if self.quand(objet) and not self.obstacle(objet) else 409


class PageDActes:
    """A page that offers acts on one object, and what becomes of the one that is posted.

    A room says how the object is read in the perimeter of who asks, and shown with what was typed.
    """

    actes: Sequence[ActeDePage] = ()
    # Whether its page is shown to who may read the object, even when the act does not come.
    lisible = False
    # Where one goes afterwards: the name of an address, and the keys of this one that it takes. Empty: the page itself.
    vers: Sequence[str] = ()
    trop_tard = "La situation a changé entre-temps : votre action n’a pas été faite."

    def __init__(self, request: HttpRequest, reference: str = "", **cles: Any) -> None:
        self.request, self.reference, self.cles = request, reference, cles
        self.compte: Any = request.user
        # What was posted, and what the action returned.
        self.form: Any = None
        self.rendu: Any = None

    @classmethod
    def vue(cls, verbe: str = "", methodes: Sequence[str] = ("POST",)) -> Callable[..., HttpResponse]:
        """Return the view of one act, else of the one that the address names, else of the only one; GET shows its page."""

        def vue(request: HttpRequest, verbe: str = verbe, **cles: Any) -> HttpResponse:
            if request.method not in methodes:
                # An address that was typed, or reloaded after an error: a page, that leads back to the object.
                page_dite = render_to_string("405.html", request=request)
                return HttpResponseNotAllowed(methodes, page_dite)
            page = cls(request, **cles)
            verbe = verbe or cls.actes[0].verbe
            if (prealable := page.preparer(verbe)) is not None:
                return prealable
            return page.agir(verbe) if request.method == "POST" else page.ouvrir(verbe)

        vue.__doc__ = cls.__doc__
        vue.__dict__["page"] = cls
        return vue

    def acte(self, verbe: str) -> ActeDePage:
        """Return the act of this name; raise Http404 when the page has none."""
        trouve = next((un for un in self.actes if un.verbe == verbe), None)
        if trouve is None:
            raise Http404
        return trouve

    def preparer(self, verbe: str) -> HttpResponse | None:
        """Return what is asked before the object is known; None when nothing is."""
        return None

    def charger(self) -> Any:
        """Return the object; raise Http404 out of the perimeter of the account."""
        raise NotImplementedError

    def verrouiller(self, objet: Any) -> None:
        """Lock the row of the object, and before it what the order of the portal puts before it."""
        lignes = objet._meta.model._base_manager.select_for_update(of=("self",), no_key=objet == self.compte)
        get_object_or_404(lignes, pk=objet.pk)

    def afficher(
        self, objet: Any, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Show the page; `form` is the refused form of the act `verbe`."""
        raise NotImplementedError

    @final
    def ouvrir(self, verbe: str) -> HttpResponse:
        """Show the page of an act before it is done, or what it loses; 403 for who may not; too late, lead back."""
        acte, objet = self.acte(verbe), self.charger()
        refus = acte.refus(self.compte, objet)
        if refus and not self.lisible:
            exiger(refus != 403 and (retour := self.renoncer(acte)) != self.request.path)
            messages.warning(self.request, acte.obstacle(objet) or self.pourquoi(objet))
            return redirect(retour)
        if pertes := self.pertes(acte, objet):
            return demander_confirmation(self.request, acte.bouton, pertes, self.renoncer(acte))
        return self.afficher(objet, verbe)

    def pertes(self, acte: ActeDePage, objet: Any) -> Sequence[str]:
        """Return what the act loses for ever, one sentence each."""
        return acte.pertes(objet) if acte.pertes else ()

    def offerts(self, objet: Any, verbe: str = "", form: Form | None = None) -> list[tuple[Any, Form]]:
        """Return the acts that come now, each with its form; the refused one with what was typed."""
        return [
            (acte, form if form is not None and acte.verbe == verbe else self.vierge(acte, objet))
            for acte in self.actes
            if not acte.refus(self.compte, objet)
        ]

    def perdu(self, offerts: list[tuple[Any, Form]], verbe: str, form: Form | None) -> str:
        """Return the texts typed for an act that is not offered any more: the page gives them back."""
        if form is None or any(acte.verbe == verbe for acte, _ in offerts):
            return ""
        textes = [nom for nom, champ in form.fields.items() if isinstance(champ, Ligne) and champ.rendable]
        return "\n\n".join(filter(None, (form.data.get(form.add_prefix(nom), "") for nom in textes)))

    @final
    def agir(self, verbe: str) -> HttpResponse:
        """Do the act that was posted. Unknown verb: 404; no right: 403; refused form: 422; too late: 409, page again.

        The perimeter and the right are asked again under the lock of the row, to the account read afresh.
        """
        acte = self.acte(verbe)
        objet = self.charger()
        form = self._marquer(self.former(acte, objet), acte, objet)
        if refus := acte.refus(self.compte, objet):
            return self.refuser(refus, objet, acte, form)
        if (montree := self.montrer(objet, acte, form)) is not None:
            return montree
        if not self.juger(form):
            return self.afficher(objet, verbe, form, 422)
        try:
            # Outermost, unless it is kept with the form that asked for it (`socle/envois.py`), which is durable then.
            with transaction.atomic(durable=not empreinte(self.request)):
                self._faire(acte, objet, form)
        except ValidationError as erreur:
            self.reprocher(form, erreur)
            return self.afficher(objet, verbe, form, 422)
        except TropTard:
            return self.refuser(409, self.charger(), acte, form)
        except _Refus as refuse:
            return self.refuser(refuse.args[0], self.charger(), acte, form)
        self.apres(objet, form)
        return self.finir(acte)

    def _faire(self, acte: ActeDePage, objet: Any, form: Form) -> None:
        self.verrouiller(objet)
        self.compte.refresh_from_db()
        if not self.compte.is_active:
            raise _Refus(403)
        frais = self.charger()
        refus = acte.refus(self.compte, frais)
        if refus and not acte.refus(self.compte, objet):
            # The account may still: it is the object that changed.
            refus = 409
        donnees = form.champs_action() if isinstance(form, ActeForm) else dict(form.cleaned_data)
        if not refus and (donnees.pop(VU, "") or acte.marque(objet)) != acte.marque(frais):
            refus = 409
        if refus:
            raise _Refus(refus)
        self.form = form
        self.rendu = self.faire(acte, frais, **donnees)

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        """Call the action on the row that is locked; what it returns is kept in `rendu`."""
        return acte.faire(objet, par=self.compte, **donnees)

    def options(self, acte: ActeDePage, objet: Any) -> dict[str, object]:
        """Return what the form of the act is made of, beside what is posted."""
        return {}

    def vierge(self, acte: ActeDePage, objet: Any) -> Form:
        """Return the form of an act before anything is posted."""
        return self._marquer(acte.former(objet, **self.options(acte, objet)), acte, objet)

    def former(self, acte: ActeDePage, objet: Any) -> Form:
        """Return the form of the act, with what was posted if anything."""
        fichiers = self.request.FILES if self.request.method == "POST" else None
        return acte.former(objet, envoye(self.request), fichiers, **self.options(acte, objet))

    def _marquer(self, form: Form, acte: ActeDePage, objet: Any) -> Form:
        if acte.vu:
            form.fields[VU] = CharField(required=False, widget=HiddenInput, initial=acte.marque(objet))
        return form

    def montrer(self, objet: Any, acte: ActeDePage, form: Form) -> HttpResponse | None:
        """Return the page again when the button that was pressed does not send; None when it does."""
        return None

    def juger(self, form: Form) -> bool:
        """Whether what was typed holds."""
        return form.is_valid()

    def reprocher(self, form: Form, erreur: ValidationError) -> None:
        """Put the refusal of the action in the form."""
        form.refuser(erreur) if isinstance(form, ActeForm) else form.add_error(None, erreur)

    def refuser(self, refus: int, objet: Any, acte: ActeDePage, form: Form) -> HttpResponse:
        """Answer to what may not be done: PermissionDenied, or the page with what was typed and why."""
        exiger(refus != 403)
        messages.warning(self.request, f"{self.pourquoi(objet)} {acte.obstacle(objet)}".strip())
        if acte.vu:
            # Sent again from this page, it is decided upon what this page shows.
            donnees = self.request.POST.copy()
            donnees[form.add_prefix(VU)] = acte.marque(objet)
            form.data = donnees
        return self.afficher(objet, acte.verbe, form, refus)

    def pourquoi(self, objet: Any) -> str:
        """Return the sentence for who comes too late."""
        return self.trop_tard

    def apres(self, objet: Any, form: Form) -> None:
        """What the room notes of an act that was done."""

    def finir(self, acte: ActeDePage) -> HttpResponse:
        """Say that it is done, and lead back."""
        self.annoncer(acte)
        return redirect(self.retour(acte))

    def annoncer(self, acte: ActeDePage) -> None:
        """Say that it is done."""
        if dit := acte.fait if isinstance(acte.fait, str) else acte.fait(self.rendu):
            messages.success(self.request, dit)

    def retour(self, acte: ActeDePage) -> str:
        """Return the address of the page, or that of `vers`."""
        if self.vers:
            cles = {"reference": self.reference, **self.cles}
            return reverse(self.vers[0], args=[cles[cle] for cle in self.vers[1:]])
        return self.request.path.removesuffix(f"{acte.verbe}/")

    def renoncer(self, acte: ActeDePage) -> str:
        """Return where one goes who does not do it, or comes too late: there too."""
        return self.retour(acte)


class PageDUnActe(PageDActes):
    """A page that is the form of one act."""

    gabarit = ""
    # Of an act said in place: its kind, and who may do it by default.
    genre: ClassVar[type[ActeDePage]] = ActeDePage
    droit: ClassVar[Any] = None

    @classmethod
    def pour(cls, verbe: str, **champs: Any) -> Callable[..., HttpResponse]:
        """Return the view of an act said in place; one without a field may be sent by a button of another page."""
        usuels: dict[str, Any] = dict.fromkeys(("titre", "bouton", "fait"), "")
        usuels |= {"verbe": verbe, "seul": True, "formulaire": ActeForm, "droit": cls.droit}
        seule: Any = type(
            cls.__name__, (cls,), {"actes": (cls.genre(**usuels | champs),), "__doc__": cls.__doc__}
        )
        vue: Callable[..., HttpResponse] = seule.vue(methodes=LECTURE_ECRITURE)
        return vue

    def afficher(
        self, objet: Any, verbe: str = "", form: Form | None = None, statut: int = 200
    ) -> HttpResponse:
        """Show the form; what may not be sent any more is given back outside any form."""
        acte = self.acte(verbe)
        gabarit = self.gabarit
        if form is None:
            form = self._marquer(self.former(acte, objet), acte, objet)
        elif statut == 409 and not self.lisible and acte.refus(self.compte, objet):
            gabarit = "pages/tardif.html"
            form.is_valid()
            form.errors.clear()
        contexte = {
            "form": form,
            "titre_acte": acte.titre.format(objet) or acte.bouton,
            "bouton": acte.bouton,
            "retour": self.renoncer(acte),
        }
        return render(self.request, gabarit, contexte | self.contexte(objet), status=statut)

    def contexte(self, objet: Any) -> dict[str, object]:
        """Return what the template shows beside the form."""
        return {}


class PageASoi(PageDUnActe):
    """The form of what an account makes anew: its own row is the object, so that it still is allowed when it is done."""

    def charger(self) -> Any:
        """Return the account itself."""
        return self.compte

    def faire(self, acte: ActeDePage, objet: Any, /, **donnees: Any) -> Any:
        """Call the action, of which the account is the author alone."""
        return acte.faire(par=objet, **donnees)
