"""Sessions in Postgres, each tied to its account, so that they can be listed and closed (A-15)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as SessionStoreDjango
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac

from socle import horloge

# Keys of the session's data. Instants are epochs in seconds, real time.
OUVERTE = "ouverte"
VUE = "vue"
# When the password was typed again for a sensitive act.
CONFIRMEE = "confirmee"
NAVIGATEUR = "navigateur"
# Signed in by a code where the caisse wants a passkey.
CLE_DUE = "cle-due"


def empreinte(cle: str | None) -> str:
    """Return under what the session of this key is kept: who reads the table opens none."""
    return salted_hmac("accounts.session", cle or "", algorithm="sha256").hexdigest()[:40]


class SessionPortail(AbstractBaseSession):
    """One open session, under the print of its key, which is in the cookie alone. Its data never hold an assuré's."""

    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    navigateur = models.CharField("navigateur", max_length=60, blank=True)
    ouverte_le = models.DateTimeField("ouverte le", null=True)
    vue_le = models.DateTimeField("dernière activité", null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """Return the store that reads these rows."""
        return SessionStore


def _instant(valeur: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(valeur, dt.UTC) if valeur else None


class SessionStore(SessionStoreDjango):
    """Django's database store, over `SessionPortail`."""

    @classmethod
    def get_model_class(cls) -> type[SessionPortail]:
        """Return the model of the rows."""
        return SessionPortail

    def _get_session_from_db(self) -> SessionPortail | None:
        vivantes = SessionPortail.objects.filter(expire_date__gt=horloge.temps_reel())
        ligne = next(iter(vivantes.filter(session_key=empreinte(self.session_key))), None)
        if ligne is None:
            self._session_key = None
        return ligne

    def exists(self, session_key: str) -> bool:
        """Whether a session has this key."""
        return super().exists(empreinte(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this key, else this one."""
        if cle := session_key or self.session_key:
            super().delete(empreinte(cle))

    def create_model_instance(self, data: dict[str, Any]) -> SessionPortail:
        """Copy to columns what the list of a person's sessions shows."""
        ligne = super().create_model_instance(data)
        ligne.session_key = empreinte(ligne.session_key)
        ligne.compte_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        ligne.navigateur = data.get(NAVIGATEUR, "")
        ligne.ouverte_le, ligne.vue_le = _instant(data.get(OUVERTE)), _instant(data.get(VUE))
        return ligne
