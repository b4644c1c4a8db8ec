"""What a refusal looks like: its sentence beside the field, and nothing changed."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import lxml.html
from django.apps import apps
from django.utils.html import strip_tags


def empreinte():
    """Return every row of the conventions, to compare."""
    return {
        modele._meta.label: sorted(map(repr, modele.objects.order_by("pk").values_list()))
        for modele in [*apps.get_app_config("conventions").get_models(), *_motifs_ouverts()]
    }


def _motifs_ouverts():
    return [apps.get_model("conventions", "Participation").motifs.through]


@contextmanager
def rien_ne_change() -> Iterator[None]:
    """Fail when a row of the conventions was added, changed or taken away."""
    avant = empreinte()
    yield
    apres = empreinte()
    assert [nom for nom in avant if avant[nom] != apres[nom]] == []


def erreurs(reponse):
    """Return the sentences of a refused form by field (`id_` and the name), as they stand beside it."""
    assert reponse.status_code == 422, reponse.status_code
    page = reponse.content.decode()
    trouvees = re.findall(r'id="id_([\w-]+)_error">(.*?)</div>', page, re.DOTALL)
    return {
        nom: " ".join(html.unescape(strip_tags(bloc)).replace("Erreur\xa0:", "").split())
        for nom, bloc in trouvees
    }


def champs_de(reponse):
    """Return what the last form of a page would send as it stands, one value a field."""
    formulaire = lxml.html.fromstring(reponse.content).xpath("//main//form[@method='post']")[-1]
    return {nom: valeur for nom, valeur in formulaire.form_values() if nom != "csrfmiddlewaretoken"}


def lu(convention):
    """Return what a form carries of the convention as it stands: its version."""
    return {"version": str(type(convention).objects.values_list("version", flat=True).get(pk=convention.pk))}
