"""Words that tell a person's health, without accents, judged in whole words on folded text.

The portal's own vocabulary (« congé maladie », « greffe du tribunal ») is taken out first. What a word means is known by
its beginning, by the ending of names of diseases, operations and drugs, as a whole, or with its neighbours.
"""

# Beginnings of words: diseases, conditions, treatments. Sorted, none begins as another.
RACINES = (
    "addict", "alcoolem", "alcooliq", "alcoolism", "allergi", "alzheimer", "amput", "anaphyla", "anemi", "anevrism",
    "angine", "anorex", "antalgi", "antibiot", "anticoagul", "antidepress", "antidouleur", "antipsychot",
    "anxiolyt", "apnee", "appendic", "arthrit", "arthros", "arythmi", "asperger", "asthm", "autis", "automutil",
    "avorte", "benzodiaz", "biops", "bipolair", "boulim", "bpco", "bronchi", "bronchop", "burnout", "cancer",
    "carcinom", "cardiaq", "cardiolog", "cardiopath", "cataract", "cecite", "cerebral", "cesarien", "chimio",
    "chlamyd", "cholester", "cirrhos", "coelia", "colit", "coloscop", "colostom", "comateu", "congenit",
    "convalesc", "convuls", "corticoid", "cortison", "crohn", "cystit", "daltonien", "deambulat", "deficien",
    "degeneresc", "demence", "denutri", "depress", "desintox", "diabet", "dialys", "diarrhe", "diverticul",
    "dorsalgi", "drepano", "dyscalcul", "dyslexi", "dysphas", "dysphor", "dysprax", "eczem", "emboli", "emphysem",
    "enceint", "encephal", "endocardit", "endocrinolog", "endometr", "entorse", "epilep", "escarr", "fibrom",
    "fibros", "fractur", "gangren", "gastrit", "gastroent", "glaucom", "glycem", "gonorr", "grabatair", "hallucin",
    "hematolog", "hematom", "hemiplegi", "hemodialys", "hemophil", "hemorrag", "hemorroid", "hepati", "hernie",
    "herpes", "hyperact", "hypertendu", "hypertens", "hyperthyr", "hypotens", "hypothyr", "hysterect", "immunodef",
    "immunodep", "incontin", "infarctus", "infecti", "inflammat", "insomni", "insulin", "korsakoff", "kyste",
    "laryng", "leucem", "leucodyst", "leucopen", "leucos", "lombalg", "lombosciat", "lumbago", "luxation",
    "lymphom", "malari", "malentend", "malformat", "malvoyan", "mammograph", "mastect", "melanom", "mening",
    "menisq", "menopaus", "metadon", "metasta", "methadon", "migrain", "morphin", "mucovisc", "mycose", "myelom",
    "myocardi", "myopath", "narcolep", "nause", "necros", "nephro", "neuroblast", "neurolept", "neurolog",
    "neuropath", "nevralg", "nevros", "nodule", "obes", "oncolog", "opiac", "osteopor", "ostomie", "overdos",
    "palliati", "paludi", "pancrea", "paranoi", "paraplegi", "parkinson", "pathologi", "perfusion", "peritonit",
    "phlebit", "phobi", "pleuresie", "pneumolog", "pneumon", "pneumop", "polio", "polyarth", "polype", "prostat",
    "psorias", "psychiatr", "psychiq", "psychos", "psychot", "radiotherap", "reanimat", "reeducat", "remission",
    "retinopath", "rhumat", "ritalin", "salpingit", "sarcom", "scarif", "schizo", "sciatiq", "scleros", "scolios",
    "septicem", "seroposi", "sevrage", "silicos", "sinusit", "spasmoph", "spondyl", "stenos", "stomie", "stomis",
    "suicid", "surdit", "symptom", "syphil", "tachycard", "tendinit", "tetan", "tetraplegi", "thromb", "thyroid",
    "toxicoman", "toxoplasm", "tramadol", "transplant", "traumatism", "trisom", "tritherap", "tubercul", "tumeur",
    "tumoral", "ulcer", "uterus", "vertebr", "vertig", "vih",
)  # fmt: skip
# Endings of names of operations, diseases, drugs.
FINS = (
    "algie", "algique", "azolam", "cemie", "cetamol", "cilline", "codone", "ectomie", "gliptine", "grastim",
    "megalie", "mycine", "nevrite", "omanie", "ostomie", "oxetine", "parine", "pathie", "phobie", "phobique",
    "plasie", "plegie", "plegique", "pramine", "prazole", "profene", "rragie", "rrhee", "sartan", "scopie",
    "scopique", "therapie", "throse", "triptan", "trophie", "urie", "zepam",
)  # fmt: skip
# Words that begin or end so, and say nothing of health.
PAS_SANTE = frozenset({
    "addictif", "addictologie", "antipathie", "apathie", "aromatherapie", "balneotherapie", "cancerologie",
    "cancerologue", "cancerologues", "cardiologie", "centurie", "curie", "diabetologie", "ecurie", "empathie",
    "enceintes", "endocrinologie", "ergotherapie", "furie", "gastroenterologie", "hematologie", "homeopathie",
    "homophobie", "incurie", "infectiologie", "islamophobie", "kinesitherapie", "mairie", "nephrologie",
    "neurologie", "neuropsychiatrie", "nostalgie", "oncologie", "osteopathie", "pedopsychiatrie", "penurie",
    "pneumologie", "polycopie", "polycopies", "polygame", "polygamie", "polyglotte", "polynesie", "polynesien",
    "polynesienne", "polyphonie", "polytechnique", "polyvalent", "polyvalente", "polyvalentes", "polyvalents",
    "psychiatrie", "radiotherapie", "reanimation", "reeducation", "rhumatologie", "seigneurie", "sympathie",
    "telepathie", "thalassotherapie", "thrombinoscope", "thrombinoscopes", "xenophobie",
})  # fmt: skip
# Whole words only: their beginnings would flag too much.
MOTS = frozenset({
    "adhd", "alcool", "alite", "alitee", "allaite", "amaigri", "amaigrie", "angoisses", "anus", "avc", "aveugle",
    "aveugles", "begue", "brulures", "cannabis", "cerveau", "chikungunya", "chirurgical", "chirurgicale",
    "chirurgie", "cholera", "cocaine", "codeine", "coma", "coqueluche", "couveuse", "crack", "delirant",
    "delirante", "delire", "delirer", "delires", "dement", "demente", "dengue", "diagnostique", "diagnostiquee",
    "diagnostiques", "doliprane", "douleurs", "drogue", "drogues", "ecchymoses", "escarre", "essouffle",
    "essoufflee", "estomac", "excise", "excisee", "excisees", "excision", "fievre", "fievres", "fiv", "foie",
    "gale", "gluten", "greffe", "greffee", "handicape", "handicapee", "heroine", "hiv", "infirme", "infirmite",
    "internee", "internement", "intestin", "intestins", "invalidante", "irm", "ist", "ivg", "ivresse", "lepre",
    "levothyrox", "lexomil", "lithium", "lupus", "malade", "malades", "malaises", "mst", "nevrose", "nodules",
    "obese", "oedeme", "operee", "operees", "otite", "otites", "ovaire", "ovaires", "pacemaker", "paracetamol",
    "paralysie", "pathologique", "plaie", "plaies", "platre", "platree", "plegique", "poumon", "poumons",
    "premature", "prematuree", "prematures", "prozac", "psychologiquement", "rechute", "rein", "reins", "rougeole",
    "sequelles", "sida", "somnifere", "somniferes", "sourd", "sourde", "sourdes", "sourds", "stent", "sterile",
    "stimulateur", "stomie", "subutex", "syndrome", "syndromes", "tdah", "tousse", "toux", "tremble",
    "tremblements", "valium", "varicelle", "ventoline", "vesicule", "vih", "vomi", "vomir", "vomissements", "vomit",
    "xanax", "zona",
})  # fmt: skip
# Several words together.
EXPRESSIONS = (
    "a eu le covid", "a fait un malaise", "a le covid", "a mal a la", "a mal au", "a mal aux", "a perdu l audition",
    "a perdu l usage", "a perdu la vue", "accident vasculaire", "accouche sous x", "accouchement difficile",
    "accouchement sous x", "admis aux urgences", "admise aux urgences", "affection cardiaque",
    "anesthesie generale", "apres son operation", "arrete ses medicaments", "arrete son traitement", "arthrose",
    "atteint d un", "atteint d une", "atteint de", "atteinte d un", "atteinte d une", "atteinte de", "aux urgences",
    "bilan sanguin", "boit beaucoup", "boit trop", "bras paralyse", "brule au", "brulee au", "burn out",
    "canal carpien", "coiffe des rotateurs", "consulte un psychologue", "covid long", "covid longue",
    "crise cardiaque", "crise d angoisse", "crise de nerfs", "crises d angoisse", "crises douloureuses",
    "dans le coma", "dependant a l alcool", "dependant aux", "dependante aux", "depuis son operation", "elle boit",
    "elle est paralysee", "en fin de vie", "entend des voix", "envie de mourir", "epuisement professionnel",
    "est opere", "est operee", "est paralyse des", "est paralysee des", "est tombe malade", "est tombee malade",
    "est traite pour", "est traitee pour", "etat de sante", "etat depressif", "etat mental", "etat psychologique",
    "ete opere", "ete operee", "etre opere", "etre operee", "fait opere", "fait operer", "fait une chute",
    "fatigue chronique", "fausse couche", "fausses couches", "fragile psychologiquement", "fume du cannabis",
    "fumer du", "grave maladie", "greffe d organe", "greffe d un", "greffe de", "greffe du", "grossesse a risque",
    "grossesse difficile", "grossesse est a risque", "grossesse extra uterine", "grosseur au", "handicap auditif",
    "handicap cognitif", "handicap lourd", "handicap mental", "handicap moteur", "handicap physique",
    "handicap psychique", "handicap sensoriel", "handicap visuel", "hopital psychiatrique", "idees noires",
    "idees suicidaires", "il boit", "il est paralyse", "infection sexuellement", "insuffisance cardiaque",
    "insuffisance hepatique", "insuffisance renale", "insuffisance respiratoire", "insuffisant renal",
    "interrompre sa grossesse", "interruption de grossesse", "interruption volontaire", "intolerance au",
    "intolerant au", "intolerante au", "jambe cassee", "la goutte", "la maladie a", "longue maladie", "madame boit",
    "mal au dos", "mal au ventre", "mal de dos", "maladie auto immune", "maladie chronique", "maladie de",
    "maladie degenerative", "maladie evolutive", "maladie grave", "maladie invalidante", "maladie l empeche",
    "maladie mentale", "maladie orpheline", "maladie rare", "maux de dos", "maux de tete", "medicaments contre",
    "medicaments pour la", "medicaments pour le", "mettre fin a ses jours", "moelle epiniere", "monsieur boit",
    "n entend plus", "ne marche plus", "ne voit plus", "non voyant", "non voyante", "operation a coeur",
    "operation chirurgicale", "operation du", "opere d un", "opere d une", "opere de", "opere des", "opere du",
    "operee d un", "operee d une", "oxygene a domicile", "paralyse du", "parle de mourir", "passe un scanner",
    "passer un scanner", "perd la memoire", "perd la tete", "perdu l ouie", "perdu un oeil", "pertes de memoire",
    "plus ses medicaments", "ponction lombaire", "portait une sonde", "porte un corset", "porte une poche",
    "porte une sonde", "pose d un stent", "post traumatique", "prend des medicaments", "prend ses medicaments",
    "prise de sang", "probleme cardiaque", "probleme d alcool", "probleme de sante", "problemes cardiaques",
    "problemes d alcool", "problemes de sante", "problemes psychologiques", "procreation medicalement",
    "prothese de", "prothese mammaire", "raisons de sante", "retard de developpement", "retard mental",
    "s est blesse", "s est blessee", "s est casse", "s est cassee", "s est fait operer", "sa maladie", "sa sante",
    "sans ses medicaments", "sante fragile", "sante mentale", "sante precaire", "scanner a montre",
    "scanner a revele", "scanner cerebral", "se fait vomir", "soins intensifs", "soins palliatifs",
    "sonde urinaire", "souci de sante", "soucis de sante", "souffle au coeur", "souffrait d", "souffrait de",
    "souffrance psychique", "souffrant d", "souffrant de", "souffre d", "souffre de", "souffre du",
    "sous antibiotique", "sous insuline", "sous medicaments", "sous morphine", "sous neuroleptique", "sous oxygene",
    "sous traitement", "stade avance", "stress post", "suit un traitement", "suivi par un psychologue",
    "suivi psychologique", "suivie par un psychologue", "supporte pas son traitement",
    "supporte plus son traitement", "tension arterielle", "test de grossesse", "traite pour un", "traite pour une",
    "traitee pour un", "traitee pour une", "traitement antidouleur", "traitement contre", "traitement lourd",
    "traitement medical", "traitement medicamenteux", "traitement substitutif", "tres malade", "trouble anxieux",
    "trouble psychique", "troubles alimentaires", "troubles anxieux", "troubles bipolaires", "troubles cognitifs",
    "troubles de l attention", "troubles de la memoire", "troubles du comportement", "troubles du sommeil",
    "troubles mentaux", "troubles musculo", "troubles psychiques", "troubles psychologiques", "troubles visuels",
    "une maladie", "une masse suspecte", "vit avec une stomie", "voit un psychologue",
)  # fmt: skip
# What these words mean elsewhere, in the life of a dossier: taken out before judging on both sides.
AUTRES_SENS = (
    "adultes handicapes", "agent hospitalier", "allocation adulte handicape", "allocation aux adultes handicapes",
    "arret maladie", "arrets maladie", "assurance maladie", "assurance maladie maternite", "carte mobilite",
    "certificat de rechute", "chambre des malades", "chirurgien dentiste", "chirurgiens dentistes",
    "confiance aveugle", "conge de grave maladie", "conge de longue maladie", "conge longue maladie",
    "conge maladie", "conge pathologique", "conges maladie", "conges pathologiques",
    "conseil local de sante mentale", "crise du logement", "depistage des cancers", "depistage du cancer",
    "depistage organise des cancers", "depistages des cancers", "diagnostic energetique", "eleve handicape",
    "enfant malade", "enfants malades", "environnement de travail", "etablissement de sante mentale",
    "forfait hospitalier", "fracture numerique", "fracture sociale", "fracture territoriale", "greffe du conseil",
    "greffe du juge", "greffe du tribunal", "handicap social", "journee de solidarite",
    "l emploi de travailleurs handicapes", "l enceinte", "ligue contre le cancer",
    "maison des personnes handicapees", "maladie professionnelle", "maladies professionnelles", "operation du mois",
    "operation du service", "pathologie du batiment", "pathologies du batiment", "pension de reversion",
    "personne handicapee", "personnes handicapees", "phobie administrative", "phobie scolaire administrative",
    "prestations maladie", "protection maladie", "protection universelle maladie", "rechute d accident",
    "rechute de l accident", "rente de victime", "reste sourd", "reste sourde", "restee sourde", "restes sourds",
    "sante mentale france", "secretaire medicale", "semaines d information sur la sante mentale",
    "services hospitaliers", "sont restes sourds", "souffre d isolement", "souffre d un manque",
    "souffre d un retard", "souffre de cette", "souffre de l isolement", "souffre de la situation",
    "souffre de la solitude", "souffre de solitude", "sourd a ma", "sourd a nos", "sourde a nos",
    "suicide prevention", "traumatisme de l exil", "travailleur handicape", "travailleurs handicapes",
    "urgences sociales", "virus informatique",
)  # fmt: skip

# Before a name, with a capital: persons, streets, associations. Each is read in lower case, with a capital, in capitals.
_CIVILITES = (
    "m", "mm", "mme", "mlle", "madame", "monsieur", "mademoiselle", "docteur", "dr", "me", "maitre", "maître",
    "professeur", "pr", "famille",
)  # fmt: skip
_VOIES = (
    "rue", "avenue", "av", "place", "impasse", "allee", "allée", "boulevard", "bd", "chemin", "quai", "square", "route",
    "cours", "résidence", "residence",
)  # fmt: skip
_ARTICLES = r"(?:(?:d[eu]|des|D[EU]|DES) +)?(?:(?:la|les|LA|LES) +|[dlDL]['’] *)?"
_CAPITALE, _RESTE = "[A-Z\u00c0-\u00de]", r"[^\s,.;:!?()]*"


def _ecrits(mots: tuple[str, ...]) -> str:
    return "|".join(forme for mot in mots for forme in dict.fromkeys((mot, mot.capitalize(), mot.upper())))


# A name after a civility (and a first name) or a street; what an association is called.
NOMS_PROPRES = (
    rf"(?:^|[^0-9A-Za-z\u00c0-\u024f])(?:(?:{_ecrits(_CIVILITES)})\.?\s+(?:{_CAPITALE}[a-z\u00df-\u00ff'’-]+\s+)?{_CAPITALE}{_RESTE}"
    rf"|(?:{_ecrits(_VOIES)})\.?\s+{_ARTICLES}{_CAPITALE}{_RESTE}"
    rf"|[Aa]ssociation\s+{_CAPITALE}{_RESTE}(?:\s+(?:contre\s+)?(?:l[ea]s?\s+|l['’]){_RESTE})?)"
)
_METIERS = (
    "infirmieres?|infirmiers?|soignantes?|soignants?|internes?|medecins?|praticiens?|professeurs?|cadres?|diplome[a-z]*"
    "|forme[a-z]*|formations?|specialis[a-z]*|specialistes?|etudes?|etudiante?s?|stages?|stagiaires?|recherches?"
    "|secretaires?|congres|colloques?"
)
_SPECIALITES = "(?:[a-z]*logie|[a-z]*psychiatrie|radiotherapie|reanimation|reeducation|dialyse|soins palliatifs|soins intensifs)"
_LIENS = "(?: (?:a|actuellement|au|dans|de|du|depuis|deux|hopital|jours?|l|la|le|mois|par|semaines?|service|toujours|trois|un|une|unite|[0-9]+))"
# Shapes that tell a health, on a folded phrase: one who is followed in a speciality, or in hospital for something.
MOTIFS = "|".join((
    " (?:suivie?|patiente?|consult[a-z]*|hospitalis[a-z]*|admise?|soignee?|traitee?|sejour|internee|ete interne|transferee?"
    "|sortie?|sort|est|reste|rendez vous|rdv)s?"
    f"{_LIENS}{{0,6}} (?:en|de|d) {_SPECIALITES} ",
    r" hospitalisee?s?(?: [a-z0-9]+){0,3} pour (?:un|une|des|son|sa|ses) (?!jour|nuit|semaine|mois|duree|accouch)",
    " hospitalis[a-z]* (?:d office|sous contrainte|a la demande d un tiers|sans consentement)",
))  # fmt: skip
# What words of health mean elsewhere: trades and services, associations, addresses, figures of speech.
MOTIFS_AUTRES_SENS = "|".join((
    f" (?:{_METIERS}) (?:en|des?|du|d|sur|contre) (?:la |les? |l )?(?:soins )?[a-z]+(?= )",
    " (?:service|unite|pole|institut)s? (?:des?|du|d) (?:la |les? |l )?(?!soins |dialyse)[a-z]+(?= )",
    " (?:association|federation|fondation|comite|journee|ligue|campagne)s? (?:[a-z]+ ){0,2}(?:des?|du|d|contre|pour)"
    " (?:lutte contre )?(?:la |les? |l )?[a-z]+(?= )",
    f" [0-9]+ (?:bis |ter )?(?:{'|'.join(mot for mot in _VOIES if mot.isascii())}) (?:des? |du |d )?(?:la |les |l )?[a-z]+(?= )",
    " malades? de (?:le |la |les |l |me |ne |vous )?(?:voir|savoir|devoir|lire|constater|penser|apprendre|recevoir|attendre|entendre|repeter)(?= )",
    " (?:dossier|procedure|systeme|logiciel|site|ordinateur|administration)s? (?:est |sont )?malades?(?= )",
    " j en suis malade(?= )",
    " depression (?:meteorologique|tropicale|atmospherique|economique)(?= )",
    " allergi[a-z]* (?:au|aux|a la|a l) (?:papiers?|paperasses?|formulaires?|imprimes?|informatique|administration|internet|numerique"
    "|ordinateurs?|ecrans?|telephone|chiffres|changements?)(?= )",
))  # fmt: skip
