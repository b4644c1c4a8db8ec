"""One effect for one form sent twice: a double click, a network that repeats, a page sent again by « Back ».

Every page masks its token afresh: the same token with the same content, from the same session, is the same form. Its
first sending is kept a day, by a keyed hash, with where it led; written with its effect, or not at all.
"""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

from socle import horloge
from socle.models import EnvoiRecu

JETON = "csrfmiddlewaretoken"


def empreinte(request: HttpRequest) -> str:
    """Return what tells this sending from every other; empty for what is no form of a signed-in person."""
    if request.method != "POST" or not request.user.is_authenticated or JETON not in request.POST:
        return ""
    fichiers = [(nom, un.name, un.size) for nom, envoyes in request.FILES.lists() for un in envoyes]
    champs = sorted(request.POST.lists())
    envoi = repr((request.session.session_key, request.get_full_path(), champs, fichiers))
    return salted_hmac("socle.envois", envoi, algorithm="sha256").hexdigest()


def une_fois(cle: str, servir: Callable[[], HttpResponse]) -> HttpResponse:
    """Serve, and keep where it led; sent again, lead there and do nothing. A second one waits for the first to end.

    An answer that leads nowhere (a form refused, shown again) is no effect: it may be sent again as it is.
    """
    with transaction.atomic(durable=True):
        recu, neuf = EnvoiRecu.objects.get_or_create(cle=cle, defaults={"recu_le": horloge.temps_reel()})
        if not neuf:
            return HttpResponseRedirect(recu.vers)
        reponse = servir()
        if reponse.status_code == 302:
            recu.vers = reponse["Location"]
            recu.save(update_fields=["vers"])
        else:
            recu.delete()
    return reponse
