"""A certificate authority that no system knows, as an administration has its own."""

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from socle import horloge

_JOUR = dt.timedelta(days=1)


class Autorite:
    """Its root is the file `racine`; `certifier` makes the certificate and the key of a server."""

    def __init__(self, dossier: Path) -> None:
        self.dossier, self.cle = dossier, ec.generate_private_key(ec.SECP256R1())
        self.nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité de la maison")])
        signature = self._certificat(self.nom, self.cle, autorite=True)
        self.racine = self._ecrire("racine.pem", signature.public_bytes(serialization.Encoding.PEM))

    def certifier(self, nom: str) -> tuple[Path, Path]:
        """Return the files of a certificate for this name, of 127.0.0.1 too, and of its key."""
        cle = ec.generate_private_key(ec.SECP256R1())
        sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
        certificat = self._certificat(sujet, cle, nom=nom).public_bytes(serialization.Encoding.PEM)
        prive = cle.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._ecrire(f"{nom}.pem", certificat), self._ecrire(f"{nom}.key", prive)

    def _certificat(
        self, sujet: x509.Name, cle: ec.EllipticCurvePrivateKey, nom: str = "", autorite: bool = False
    ) -> x509.Certificate:
        maintenant = horloge.temps_reel()
        fait = (
            x509.CertificateBuilder()
            .subject_name(sujet)
            .issuer_name(self.nom)
            .public_key(cle.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(maintenant - _JOUR)
            .not_valid_after(maintenant + 30 * _JOUR)
            .add_extension(x509.BasicConstraints(ca=autorite, path_length=None), critical=True)
        )
        if nom:
            noms = [x509.DNSName(nom), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            fait = fait.add_extension(x509.SubjectAlternativeName(noms), critical=False)
        return fait.sign(self.cle, hashes.SHA256())

    def _ecrire(self, nom: str, contenu: bytes) -> Path:
        (chemin := self.dossier / nom).write_bytes(contenu)
        return chemin
