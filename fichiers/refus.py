"""Why a file is refused, and how to mend it: a code for the journal, a sentence for the person."""

from socle.texte import espaces_francaises

_MO = "\N{NO-BREAK SPACE}Mo"
IMPRIMER_EN_PDF = (
    "Ouvrez-le, choisissez « Imprimer » puis « Enregistrer au format PDF », et joignez le nouveau fichier."
)

MESSAGES: dict[str, str] = {
    "vide": "Ce fichier est vide. Vérifiez-le, puis joignez-le à nouveau.",
    "trop-lourd": f"Ce fichier dépasse 10{_MO}. Réduisez la qualité de la numérisation, ou séparez les pages.",
    "heic": (
        "Cette photo au format HEIC est abîmée, ou d’une variante que le portail ne sait pas lire. Ouvrez-la, et "
        "enregistrez-la en JPEG (sous Windows, avec Photos ; sur Mac, avec Aperçu). Sur l’iPhone qui l’a prise : "
        "Réglages, Appareil photo, Formats, « Le plus compatible », puis reprenez la photo."
    ),
    "avif": "Cette image au format AVIF est abîmée ou incomplète. Ouvrez-la, et enregistrez-la en JPEG ou PNG.",
    "format": "Ce fichier n’est ni un PDF, ni une image que le portail sait lire. Enregistrez-le en PDF, JPEG ou PNG.",
    "extension": (
        "Le nom de ce fichier ne correspond pas à son contenu. Ouvrez-le, enregistrez-le sous un nouveau nom, "
        "en PDF, JPEG ou PNG, et joignez-le à nouveau."
    ),
    "abime": f"Ce fichier est abîmé ou incomplet. {IMPRIMER_EN_PDF}",
    "image-abimee": "Cette image est abîmée ou incomplète. Reprenez la photo ou la numérisation.",
    "chiffre": f"Ce PDF demande un mot de passe pour s’ouvrir. {IMPRIMER_EN_PDF}",
    "scripts": f"Un programme dessine les pages de ce PDF. {IMPRIMER_EN_PDF}",
    "reponses": (
        f"Ce PDF est un formulaire dont les réponses ne peuvent pas être relues avec certitude. {IMPRIMER_EN_PDF}"
    ),
    "marques": f"Ce PDF porte des annotations qui ne peuvent pas être relues avec certitude. {IMPRIMER_EN_PDF}",
    "calques": f"Une partie de ce PDF est masquée, dans un calque éteint. {IMPRIMER_EN_PDF}",
    "inclus": (
        "Ce PDF est fait d’autres fichiers, ou de sons et de vidéos. Joignez ses documents séparément. "
        f"Pour celui-ci : {IMPRIMER_EN_PDF}"
    ),
    "page-immense": f"Une page de ce PDF mesure plus de deux mètres. {IMPRIMER_EN_PDF}",
    "trop-de-pages": "Ce PDF a trop de pages. Joignez seulement celles qui sont utiles à la demande.",
    "trop-grande": "Cette image est trop grande. Réduisez-la, ou photographiez le document à nouveau.",
    "trop-complexe": f"Ce fichier est trop compliqué pour être contrôlé. {IMPRIMER_EN_PDF}",
    # Tables
    "format-tableau": "Ce fichier n’est pas un tableau CSV, XLSX ou ODS. Enregistrez-le dans l’un de ces formats.",
    "classeur-ancien": (
        "Ce classeur est dans l’ancien format .xls, ou protégé par un mot de passe. Enregistrez-le en .xlsx ou .ods, "
        "sans mot de passe : le portail le protège lui-même."
    ),
    "classeur-chiffre": (
        "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe : le portail le protège lui-même."
    ),
    "classeur-macros": "Ce classeur contient des macros. Enregistrez-le en .xlsx ou .ods, sans macro.",
    "classeur-liens": (
        "Des formules de ce classeur lisent un autre fichier. Remplacez-les par leurs valeurs (« Rompre les liaisons »), puis "
        "renvoyez-le."
    ),
    "classeur-enorme": "Ce classeur devient énorme une fois ouvert. Copiez ses lignes dans un classeur neuf.",
    "classeur-abime": "Ce classeur est abîmé ou incomplet. Ouvrez-le, enregistrez-le sous un nouveau nom, et renvoyez-le.",
    "csv-abime": (
        "Ce tableau CSV ne se lit pas. Ouvrez-le avec votre tableur, enregistrez-le en CSV (UTF-8), et renvoyez-le."
    ),
    "feuille-cachee": "Une feuille cachée de ce classeur contient des données. Affichez-la ou supprimez-la.",
    "plusieurs-feuilles": "Plusieurs feuilles de ce classeur contiennent des données. Gardez seulement celle à envoyer.",
    "cellules-fusionnees": "Des cellules de ce classeur sont fusionnées. Annulez la fusion : une ligne par personne.",
    "cellules-masquees": (
        "Des lignes ou des colonnes de ce classeur sont masquées, ou filtrées. Affichez-les, retirez celles qui sont de trop, "
        "puis renvoyez-le."
    ),
    "sans-ligne": (
        "Ce tableau ne contient aucune ligne sous ses titres. Ajoutez-les, ou, dans un échange de fichiers où rien n’est à "
        "transmettre, déclarez un état néant."
    ),
    "trop-de-lignes": "Ce tableau dépasse 50 000 lignes. Séparez-le en plusieurs dépôts.",
    "trop-de-colonnes": "Ce tableau dépasse 40 colonnes. Gardez seulement celles qui sont demandées.",
    "cellule-longue": "Une cellule de ce tableau dépasse 500 caractères. Raccourcissez-la.",
    "tableau-lourd": f"Ce tableau dépasse 25{_MO}. Séparez-le en plusieurs dépôts.",
    "tableau-complexe": "Ce tableau n’a pas pu être contrôlé. Copiez ses lignes dans un classeur neuf, puis renvoyez-le.",
    "infecte": "L’antivirus a trouvé un programme dangereux dans ce fichier : rien n’a été gardé. Prévenez votre service informatique.",
    "tableau-limites": "L’antivirus n’a pas pu examiner ce tableau en entier. Copiez ses lignes dans un classeur neuf.",
    "occupe": "Le contrôle des fichiers est très sollicité. Attendez une minute, puis joignez ce fichier à nouveau.",
    "pas-le-temps": (
        "Le temps a manqué pour contrôler ce fichier avec les autres : il n’a rien de particulier. "
        "Envoyez-le à nouveau, avec ceux qui restent."
    ),
    # Found later, by the antivirus or by the storage
    "limites": f"L’antivirus n’a pas pu examiner ce fichier en entier. {IMPRIMER_EN_PDF}",
    "perdu": "Ce fichier n’est plus lisible. Joignez-le à nouveau.",
}

MESSAGES = {code: espaces_francaises(phrase) for code, phrase in MESSAGES.items()}

# What may make a piece hard to read: said, never blocking (D-06).
AVERTISSEMENTS: dict[str, str] = {
    "petite": "Cette image est petite : le texte risque d’être illisible. Photographiez le document de plus près.",
    "sombre": (
        "Cette image est sombre. Une photo : reprenez-la près d’une fenêtre, sans ombre sur le document. "
        "Une copie d’écran : affichez d’abord la page sur fond clair."
    ),
    "animee": (
        "Cette image était animée : seule sa première vue a été prise. "
        "Si une autre est utile, joignez-la séparément, en JPEG ou PNG."
    ),
    "signe": (
        "Ce PDF était signé électroniquement. Cette copie garde de la signature ce qui s’en voyait, et ne permet plus de la "
        "vérifier : la structure garde l’original."
    ),
    "retires": "D’autres fichiers étaient inclus dans ce PDF : ils n’ont pas été pris. Joignez-les séparément.",
    "notes": (
        "Des notes étaient attachées à ce PDF : leur texte n’a pas été pris. "
        "Écrivez-le dans la demande, s’il est utile."
    ),
    "vide": "Tout y est noir, ou tout y est blanc : rien ne s’y lit. Reprenez ce document, ou ne le joignez pas.",
    "claire": "Cette image est presque blanche. Vérifiez que le document y est lisible.",
}


class Refus(Exception):
    """A file that the portal does not take. `code` goes to the journal, `message` to the person.

    `ligne`, `colonne`, `feuille`: where in a table, from 1; 0 for the whole file.
    """

    def __init__(self, code: str, *, ligne: int = 0, colonne: int = 0, feuille: int = 0) -> None:
        super().__init__(code)
        self.code = code if code in MESSAGES else "trop-complexe"
        self.ligne, self.colonne, self.feuille = ligne, _lettre(colonne), feuille

    @property
    def message(self) -> str:
        """The sentence for the person: what is wrong, how to mend it, where to look."""
        lieux = (
            f"{mot}\N{NO-BREAK SPACE}{lieu}"
            for mot, lieu in (("feuille n°", self.feuille), ("ligne", self.ligne), ("colonne", self.colonne))
            if lieu
        )
        ou = ", ".join(lieux)
        return f"{MESSAGES[self.code]} Voyez\N{NO-BREAK SPACE}: {ou}." if ou else MESSAGES[self.code]


def _lettre(colonne: int) -> str:
    """Return a column as a spreadsheet names it: A, Z, AA."""
    return _lettre((colonne - 1) // 26) + chr(65 + (colonne - 1) % 26) if colonne else ""
