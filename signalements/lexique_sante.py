"""Words that tell a person's health, as stems without accents; what they mean elsewhere is left out.

Judged in whole words: « cancer » flags « cancers », not « cancérologue » nor « rue du Docteur-Cancer ».
"""

# Diseases, conditions, treatments, drugs: beginnings of words.
RACINES = (
    *(
        "alcoolem",
        "alcooliq",
        "alcoolism",
        "alzheimer",
        "amput",
        "anevrism",
        "angine",
        "anorex",
        "antidepress",
    ),
    *(
        "antipsychot",
        "anxiolyt",
        "appendicit",
        "arthrit",
        "arthros",
        "asthm",
        "autis",
        "avortement",
        "biopsi",
    ),
    *(
        "bipolair",
        "boulimi",
        "bronchit",
        "burnout",
        "cardiopath",
        "chimio",
        "cholester",
        "cirrhos",
        "coloscop",
    ),
    *("crohn", "cystit", "demence", "dement", "depressif", "depressive", "desintox", "diabet", "dialys"),
    *("drepanocyt", "dysphor", "eczem", "emboli", "endometrios", "enceint", "epilep", "fibromyalg", "fibros"),
    *(
        "gastrit",
        "glaucom",
        "gonorrh",
        "hallucin",
        "hemiplegi",
        "hemodialys",
        "hemophil",
        "hepatit",
        "herpes",
    ),
    *(
        "hospitalis",
        "hyperactif",
        "hyperactiv",
        "hypertension",
        "hypertendu",
        "hysterectom",
        "infarctus",
        "insulin",
    ),
    *(
        "korsakoff",
        "leucem",
        "leucodystroph",
        "lymphom",
        "malvoyan",
        "melanom",
        "mening",
        "metadon",
        "methadon",
    ),
    *("metastas", "migrain", "mucoviscidos", "myopath", "nephrop", "neurolept", "nevros", "obes", "oncolog"),
    *("opiac", "osteopor", "overdos", "palliati", "paraplegi", "parkinson", "phlebit", "phobi", "pneumon"),
    *("polyarthrit", "prostat", "psoriasis", "psychiatr", "psychos", "psychotiq", "radiotherap", "ritalin"),
    *("scarif", "schizophren", "scleros", "septicem", "seroposit", "sida", "subutex", "suicid", "syphil"),
    *("tetraplegi", "toxicoman", "tramadol", "tritherap", "trisom", "tubercul", "tumeur", "ulcer", "vih"),
)
# Whole words only: shorter ones would flag too much.
MOTS = frozenset(
    [
        *("avc", "ivg", "fiv", "hiv", "irm", "mst", "ist", "lupus", "gale", "grossesse", "cancer", "cancers"),
        *(
            "cancereux",
            "cancereuse",
            "medicament",
            "medicaments",
            "depression",
            "delire",
            "delirer",
            "lithium",
        ),
        *(
            "sterile",
            "covid",
            "diagnostique",
            "diagnostiquee",
            "sourd",
            "sourde",
            "malentendant",
            "malentendante",
        ),
        *(
            "aveugle",
            "obese",
            "migraines",
            "angoisse",
            "angoisses",
            "stimulateur",
            "pathologie",
            "pathologies",
        ),
    ]
)
# Several words together.
EXPRESSIONS = (
    *(
        "insuffisance renale",
        "insuffisance cardiaque",
        "insuffisance respiratoire",
        "fausse couche",
        "burn out",
    ),
    *("troubles psychiques", "trouble psychique", "troubles mentaux", "handicap mental", "maladie orpheline"),
    *("maladie chronique", "maladie rare", "hernie discale", "traumatisme cranien", "opere du", "operee du"),
    *("operee de", "opere de", "traitement medical", "soins palliatifs", "fracture du", "paralysie faciale"),
    *(
        "oxygene a domicile",
        "greffe de",
        "infection sexuellement",
        "maladie de",
        "prothese de",
        "sous traitement",
    ),
)
# What these words mean elsewhere, in the life of a dossier.
AUTRES_SENS = (
    *("greffe du tribunal", "fracture numerique", "diagnostic energetique", "pathologie du batiment"),
    *("declaration de grossesse", "resté sourd", "reste sourd", "maladie professionnelle", "carte mobilite"),
    *("crise du logement", "docteur cancer", "secretaire medicale", "agent hospitalier"),
)
