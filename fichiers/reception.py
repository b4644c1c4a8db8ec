"""What arrives in a form stays in memory, bounded: no upload ever touches a disk in clear."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

from fichiers.limites import ENVOI_ABSURDE, ENVOI_MAX, TABLEAU_MAX


class EnMemoire(MemoryFileUploadHandler):
    """Keep each file in memory up to the limit of the heaviest one, a table; beyond the limit of one sending, keep none.

    The fields of the form are read all the same, so that its page can answer and say why.
    """

    def handle_raw_input(
        self, input_data: Any, META: dict, content_length: int, *_: object, **__: object
    ) -> None:
        """Look at the announced length before anything is read; raise RequestDataTooBig when it is absurd."""
        if content_length > ENVOI_ABSURDE:
            raise RequestDataTooBig("envoi trop lourd")
        self.activated = content_length <= ENVOI_MAX

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what fits; the byte beyond the limit tells the check that the file is too large."""
        if self.activated and self.file.tell() <= TABLEAU_MAX:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """Return the file, or nothing when the whole sending was too large."""
        return super().file_complete(self.file.tell()) if self.activated else None
