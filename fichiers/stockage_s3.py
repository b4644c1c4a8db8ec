"""The storage of several machines: a bucket of an object store that speaks S3 (`FICHIERS_URL`, docs/exploitation.md).

Contents are sealed before they leave the process: the store sees random names and opaque bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from socle.certain import certain

ATTENTE_SECONDES = 10
ESSAIS = 3


class StockageS3(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """A bucket. Its failures are OSError, like those of a disk; a file is read as it arrives, never kept whole."""

    def __init__(self, url: str) -> None:
        super().__init__(**_options(url))

    def _open(self, name: str, mode: str = "rb") -> File:
        with _panne_de_disque():
            return _Reception(self.bucket.Object(self._normalize_name(name)).get()["Body"], name)

    def _save(self, name: str, content: File) -> str:
        with _panne_de_disque():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        """Erase; nothing to do when it is not there."""
        with _panne_de_disque():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether the bucket has it."""
        with _panne_de_disque():
            return bool(super().exists(name))

    def lister(self, dossier: str) -> Iterator[tuple[str, datetime]]:
        """Return each stored name of one folder with the instant of its writing."""
        with _panne_de_disque():
            for objet in self.bucket.objects.filter(Prefix=f"{dossier}/"):
                yield objet.key, objet.last_modified


class _Reception(File):
    """What the store sends, whose failures are OSError to the end."""

    def read(self, taille: int = -1, /) -> bytes:
        with _panne_de_disque():
            return bytes(certain(self.file).read(taille))


@contextmanager
def _panne_de_disque() -> Iterator[None]:
    try:
        yield
    except ClientError as erreur:
        if erreur.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError("absent du dépôt") from erreur
        raise OSError(f"dépôt S3 : {erreur.response['Error'].get('Code')}") from erreur
    except BotoCoreError as erreur:
        raise OSError(f"dépôt S3 : {type(erreur).__name__}") from erreur


def _options(url: str) -> dict[str, object]:
    """Return the options of this storage for `s3+https://key:secret@host[:port]/bucket?region=…`."""
    lue = urlsplit(url)
    port = f":{lue.port}" if lue.port else ""
    return {
        "endpoint_url": f"{lue.scheme.removeprefix('s3+')}://{lue.hostname}{port}",
        "bucket_name": lue.path.strip("/"),
        "access_key": unquote(lue.username or ""),
        "secret_key": unquote(lue.password or ""),
        # A random name is written once.
        "file_overwrite": True,
        "default_acl": None,
        "querystring_auth": False,
        "transfer_config": TransferConfig(use_threads=False),
        "client_config": Config(
            region_name=parse_qs(lue.query).get("region", ["us-east-1"])[0],
            signature_version="s3v4",
            connect_timeout=ATTENTE_SECONDES,
            read_timeout=ATTENTE_SECONDES,
            retries={"max_attempts": ESSAIS, "mode": "standard"},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
        ),
    }
