"""A spreadsheet of one table, in OpenDocument: text cells only, so that no content is ever a formula."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

TYPE_MIME = "application/vnd.oasis.opendocument.spreadsheet"
# Fixed, so that the same table makes the same file.
_DATE = (1980, 1, 1, 0, 0, 0)
_MANIFESTE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_CONTENU = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
    '<table:table table:name="{nom}">{lignes}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def _cellule(valeur: object) -> str:
    texte = escape("" if valeur is None else str(valeur))
    return f'<table:table-cell office:value-type="string"><text:p>{texte}</text:p></table:table-cell>'


def classeur(nom: str, lignes: Iterable[Sequence[object]]) -> bytes:
    """Return an .ods file whose only sheet is `nom`, with these rows of texts."""
    corps = "".join(f"<table:table-row>{''.join(map(_cellule, ligne))}</table:table-row>" for ligne in lignes)
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _DATE), TYPE_MIME)
        for chemin, contenu in (
            ("content.xml", _CONTENU.format(nom=escape(nom, {'"': "&quot;"}), lignes=corps)),
            ("META-INF/manifest.xml", _MANIFESTE),
        ):
            archive.writestr(zipfile.ZipInfo(chemin, _DATE), contenu, zipfile.ZIP_DEFLATED)
    return tampon.getvalue()
