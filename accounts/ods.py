"""A spreadsheet of one table, in OpenDocument: text cells only, so that no content is ever a formula.

Title, language and headers of columns are said, for those who hear it (RGAA 13.3).
"""

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
    + "".join(
        f'<manifest:file-entry manifest:full-path="{un}.xml" manifest:media-type="text/xml"/>'
        for un in ("content", "styles", "meta")
    )
    + "</manifest:manifest>"
)
_OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"'
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {_OFFICE} '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"><office:styles>'
    '<style:default-style style:family="table-cell"><style:text-properties fo:language="fr" fo:country="FR"/>'
    "</style:default-style></office:styles></office:document-styles>"
)
_META = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-meta {_OFFICE} '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>{nom}</dc:title>'
    "<dc:language>fr-FR</dc:language></office:meta></office:document-meta>"
)
_CONTENU = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_OFFICE} '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>"
    '<table:table table:name="{nom}"><table:table-header-rows>{titres}</table:table-header-rows>{lignes}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def _cellule(valeur: object) -> str:
    texte = escape("" if valeur is None else str(valeur))
    return f'<table:table-cell office:value-type="string"><text:p>{texte}</text:p></table:table-cell>'


def classeur(nom: str, lignes: Iterable[Sequence[object]]) -> bytes:
    """Return an .ods file whose only sheet is `nom`, with these rows of texts, the titles of its columns first."""
    titres, *corps = (f"<table:table-row>{''.join(map(_cellule, un))}</table:table-row>" for un in lignes)
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _DATE), TYPE_MIME)
        for chemin, contenu in (
            (
                "content.xml",
                _CONTENU.format(nom=escape(nom, {'"': "&quot;"}), titres=titres, lignes="".join(corps)),
            ),
            ("styles.xml", _STYLES),
            ("meta.xml", _META.format(nom=escape(nom))),
            ("META-INF/manifest.xml", _MANIFESTE),
        ):
            archive.writestr(zipfile.ZipInfo(chemin, _DATE), contenu, zipfile.ZIP_DEFLATED)
    return tampon.getvalue()
