"""An object whose personal data are sealed under a key of its own."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import models

from conformite import scellement
from socle.certain import certain


class ObjetScelle(models.Model):
    """An object whose personal data are sealed under a data key of its own, wrapped by the key of its term day.

    Children (a message, a file) are sealed by their parent, with a nature that names them. The subclass indexes
    `terme_le` as its purge reads it. Its caisse and its structure are authenticated with its key: a row that SQL hands
    to another one opens no more.
    """

    # Its own columns that an act writes, by `ecrire`.
    VERSIONNES: tuple[str, ...] = ()
    # Whether an act has just written one: the next line of the journal about it says its print.
    vient_d_ecrire = False

    sceau = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cle_enveloppee = models.BinaryField("clé enveloppée", editable=False)
    terme_le = models.DateField("conservé jusqu’au")

    class Meta:
        abstract = True

    def fixer_terme(self, jour: dt.date) -> None:
        """Set the last readable day (T-06): make the data key, or re-wrap it under the key of the new day.

        In memory only: the caller saves `cle_enveloppee` and `terme_le`, and recomputes the search tokens when
        the month changes. Raise `scellement.CleAbsente` when the day's key does not exist, `Illisible` when the
        present one is gone.
        """
        self._envelopper(self._cle() if self.cle_enveloppee else scellement.nouvelle_cle(), jour)

    def rattacher(self, **champs: object) -> None:
        """Give it to another caisse or structure, in memory: the key is wrapped again for the new one."""
        cle = self._cle()
        for nom, valeur in champs.items():
            setattr(self, nom, valeur)
        self._envelopper(cle, self.terme_le)

    def changer_de_cle(self, neuves: Callable[[], AbstractContextManager]) -> None:
        """Wrap its data key under the new key of its day, and save; what is sealed stays as it is."""
        cle = self._cle()
        with neuves():
            self._envelopper(cle, self.terme_le)
        type(self)._default_manager.filter(pk=self.pk).update(cle_enveloppee=self.cle_enveloppee)

    def sceller(self, valeur: object, nature: str) -> bytes:
        """Seal a string or any JSON value; `nature` says what it is (« identite », « message:<uuid> »)."""
        return self.sceller_octets(json.dumps(valeur, ensure_ascii=False).encode(), nature)

    def ecrire(self, champ: str, valeur: Any, nature: str) -> None:
        """Seal one of its own columns in memory; the caller saves, and writes the line of its act (`empreinte`)."""
        if champ not in self.VERSIONNES:
            raise ValueError(champ)
        setattr(self, champ, self.sceller(valeur, nature))
        self.vient_d_ecrire = True

    @property
    def empreinte(self) -> str:
        """The print of its own columns: the journal keeps the last, so that older ones put back are seen."""
        return hashlib.sha256(b"|".join(bytes(getattr(self, un)) for un in self.VERSIONNES)).hexdigest()[:32]

    def ouvrir(self, scelle: bytes, nature: str) -> Any:
        """Return what `sceller` sealed. Raise `scellement.Illisible` when the key is gone or the value was moved."""
        return json.loads(self.ouvrir_octets(scelle, nature))

    def sceller_octets(self, octets: bytes | memoryview, nature: str) -> bytes:
        """Seal raw bytes (a file)."""
        return scellement.chiffrer(self._cle(), octets, self._lien(nature))

    def ouvrir_octets(self, scelle: bytes, nature: str) -> bytes:
        """Return what `sceller_octets` sealed. Raise `scellement.Illisible`."""
        return scellement.dechiffrer(self._cle(), scelle, self._lien(nature))

    def verifier(self) -> None:
        """Raise Illisible when its key does not open: term over, altered, or moved to another caisse or structure."""
        self._cle()

    def _cle(self) -> bytes:
        """Unwrap the data key. Not kept: the process cache of term keys alone decides how long it is readable."""
        if not self.cle_enveloppee:
            raise scellement.Illisible(f"{self._lien('cle')} : fixez d’abord le terme")
        return scellement.dechiffrer(
            scellement.cle_de_terme(self.terme_le),
            bytes(self.cle_enveloppee),
            self._lien_de_cle(self.terme_le),
        )

    def _envelopper(self, cle: bytes, jour: dt.date) -> None:
        enveloppe = scellement.chiffrer(scellement.cle_de_terme(jour), cle, self._lien_de_cle(jour))
        self.terme_le, self.cle_enveloppee = jour, enveloppe

    def _lien_de_cle(self, jour: dt.date) -> str:
        caisse, partenaire = (getattr(self, nom, None) for nom in ("caisse_id", "partenaire_id"))
        return self._lien(f"cle:{jour.isoformat()}:{caisse}:{partenaire}")

    def _lien(self, nature: str) -> str:
        return f"{certain(self._meta.concrete_model)._meta.label_lower}|{self.sceau}|{nature}"
