"""A mail server of our own: it keeps what it accepted, and can hold a client at a chosen point."""

import email
import email.policy
import socketserver
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage

DELAI = 120


@dataclass(frozen=True)
class Recu:
    """A mail for which the server answered 250."""

    message_id: str
    destinataire: str
    sujet: str
    texte: str
    brut: bytes


@dataclass
class Retenue:
    """One client held at `point` (« donnees » before the content, « reponse » before the final 250)."""

    point: str
    destinataire: str
    atteinte: threading.Event = field(default_factory=threading.Event)
    lachee: threading.Event = field(default_factory=threading.Event)
    accepter: bool = True

    def attendre(self, delai: float = DELAI) -> None:
        """Wait until a client stands there."""
        assert self.atteinte.wait(delai), f"aucun client n’est arrivé au point « {self.point} »"

    def lacher(self, *, accepter: bool) -> None:
        """Let the client go on, or hang up without an answer."""
        self.accepter = accepter
        self.lachee.set()


class Puits:
    """`with Puits() as puits: puits.url`; accepted mails are in `puits.recus`."""

    def __init__(self) -> None:
        self.recus: list[Recu] = []
        self._verrou = threading.Lock()
        self._retenue: Retenue | None = None
        puits = self

        class Session(socketserver.StreamRequestHandler):
            timeout = DELAI

            def handle(self) -> None:
                try:
                    puits._converser(self)
                except OSError:
                    # The client was killed in the middle of a sentence: that is what the tests do.
                    pass

        class Serveur(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 64

        self._serveur = Serveur(("127.0.0.1", 0), Session)
        self._fil = threading.Thread(target=self._serveur.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Puits":
        self._fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()

    @property
    def url(self) -> str:
        """Return the EMAIL_URL."""
        return f"smtp://127.0.0.1:{self._serveur.server_address[1]}"

    def retenir(self, point: str, destinataire: str) -> Retenue:
        """Hold the next client that reaches `point` with a mail for this address."""
        with self._verrou:
            self._retenue = Retenue(point, destinataire)
            return self._retenue

    def pour(self, destinataire: str) -> list[Recu]:
        """Return what was accepted for an address."""
        return [recu for recu in list(self.recus) if recu.destinataire == destinataire]

    def _passer(self, point: str, destinataires: list[str]) -> bool:
        """Stand at `point`; False when the line must be cut."""
        with self._verrou:
            retenue = self._retenue
            if retenue is None or retenue.point != point or retenue.destinataire not in destinataires:
                return True
            self._retenue = None
        retenue.atteinte.set()
        return retenue.lachee.wait(DELAI) and retenue.accepter

    def _converser(self, session: socketserver.StreamRequestHandler) -> None:
        def dire(ligne: str) -> None:
            session.wfile.write(ligne.encode() + b"\r\n")

        dire("220 puits.example")
        destinataires: list[str] = []
        while ligne := session.rfile.readline():
            verbe = ligne[:4].upper()
            if verbe == b"QUIT":
                dire("221 au revoir")
                return
            if verbe == b"RCPT":
                destinataires.append(ligne.decode().partition("<")[2].partition(">")[0])
            if verbe != b"DATA":
                dire("250 puits.example" if verbe == b"EHLO" else "250 oui")
                continue
            if not self._passer("donnees", destinataires):
                return
            dire("354 dites")
            brut = b"".join(iter(session.rfile.readline, b".\r\n"))
            if not self._passer("reponse", destinataires):
                return
            self._accepter(brut, destinataires)
            destinataires = []
            dire("250 accepte")

    def _accepter(self, brut: bytes, destinataires: list[str]) -> None:
        message = email.message_from_bytes(brut, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        recus = [
            Recu(
                str(message["Message-ID"]),
                adresse,
                str(message["Subject"]).strip(),
                message.get_content(),
                brut,
            )
            for adresse in destinataires
        ]
        with self._verrou:
            self.recus += recus
