"""Words that tell a person's health, without accents, judged in whole words on folded text.

The portal's own vocabulary (« congé maladie », « greffe du tribunal ») is taken out first. What a word means is known by
its beginning, by the ending of names of diseases, operations and drugs, as a whole, or with its neighbours.
"""

# Beginnings of words: diseases, conditions, treatments. Sorted, none begins as another.
RACINES = (
    "acouphen", "addict", "agoraph", "alcoolem", "alcooli", "alcoolo", "allergi", "alzheimer", "amput", "anaphyla",
    "androcur", "anemi", "anesthesi", "anevrism", "angine", "anorex", "antalgi", "antibiot", "anticoagul",
    "antidepress", "antidouleur", "antipsychot", "anxiolyt", "aphasi", "aphon", "apnee", "appendic", "arteriel",
    "arterit", "arthrit", "arthroplast", "arthros", "arythmi", "asperger", "asthm", "attelle", "autis", "automutil",
    "avorte", "benzodiaz", "bequill", "biops", "bipolair", "boulim", "bpco", "bronchi", "bronchop", "burnout",
    "bypass", "cancer", "carcinom", "cardiaq", "cardiolog", "cardiopath", "carotid", "cataract", "catheter", "cecite",
    "cerebral", "cesarien", "chimio", "chlamyd", "cholester", "cirrhos", "coelia", "colit", "coloscop", "colostom",
    "comateu", "congenit", "conjonctivit", "convalesc", "convuls", "coronar", "corticoid", "cortison", "crohn",
    "curetag", "cystit", "daltonien", "deambulat", "decompens", "defenestr", "deficien", "degeneresc", "delirium",
    "demence", "denutri", "depigment", "depress", "deprimee", "desintox", "diabet", "dialys", "dialyt", "diarrhe",
    "diverticul", "dmla", "dorsalgi", "drepano", "dyscalcul", "dyslexi", "dysphas", "dysphor", "dysprax", "eczem",
    "electrochoc", "emboli", "emphysem", "enceint", "encephal", "endocardit", "endocrinolog", "endometr", "entorse",
    "epilep", "escarr", "evanoui", "fibrillat", "fibrom", "fibros", "fractur", "ganglion", "gangren", "gastriq",
    "gastrit", "gastroent", "gastrostom", "gestationnel", "glaucom", "glycem", "gonorr", "grabat", "hallucin",
    "hematolog", "hematom", "hematur", "hemiparesi", "hemiplegi", "hemodialys", "hemophil", "hemorrag", "hemorroid",
    "hepati", "hernie", "herpes", "hyperact", "hypertendu", "hypertens", "hyperthyr", "hypotens", "hypothyr",
    "hysterect", "immunodef", "immunodep", "immunosup", "incontin", "infarctus", "infecti", "infertil", "inflammat",
    "inseminat", "insomni", "insulin", "intestinal", "intubat", "ischemi", "jaunisse", "ketamin", "korsakoff",
    "kyste", "laryng", "legionel", "leucem", "leucodyst", "leucopen", "leucorr", "leucos", "lombalg", "lombosciat",
    "lumbago", "luxation", "lymphom", "macula", "malari", "malentend", "malformat", "malvoy", "mammograph", "maniaco",
    "mastect", "melanom", "mening", "menisq", "menopaus", "metadon", "metasta", "metformin", "methadon", "metrorrag",
    "migrain", "morphin", "mucovisc", "mutilation", "mycose", "myelom", "myocardi", "myopath", "narcolep", "nause",
    "necros", "nephro", "neuroblast", "neurolept", "neurolog", "neuropath", "nevralg", "nevros", "nodule", "obes",
    "occlus", "oncolog", "opiac", "osteopor", "ostomie", "overdos", "ovocyt", "palliati", "paludi", "pancrea",
    "paranoi", "paraplegi", "parkinson", "pathologi", "perfusion", "peritonit", "phlebit", "phobi",
    "phtisi", "placent", "pleuresie", "pneumolog", "pneumon", "pneumop", "polio", "polyarth", "polyhandicap",
    "polype", "pontage", "prostat", "psorias", "psychiatr", "psychiq", "psychomot", "psychos", "psychot", "pulmon",
    "pyelonephr", "radiotherap", "reanimat", "reeducat", "remission", "renal", "respirateur", "retinit", "retinopath",
    "rhumat", "ritalin", "rollator", "saignement", "salmonel", "salpingit", "sarcom", "scarif", "schizo", "sciatiq",
    "sclerod", "scleros", "scolios", "septicem", "septiq", "seringu", "seroposi", "sevrage", "silicos", "sinusit",
    "sniff", "somnambul", "spasfon", "spasmoph", "spondyl", "staphyloc", "stenos", "stomie", "stomis", "streptoc",
    "suicid", "surdit", "surpoids", "symptom", "syphil", "tachycard", "tendinit", "tetan", "tetraplegi", "thoraci",
    "thromb", "thyroid", "toxico", "toxoplasm", "tracheot", "tramadol", "transfus", "transplant", "traumatism",
    "traumatolog", "trepan", "trisom", "tritherap", "tubercul", "tumeur", "tumor", "ulcer", "uterus", "valvul",
    "vertebr", "vertig", "vih",
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
    "addictif", "addictologie", "alcoolier", "anesthesiste", "anesthesistes", "antipathie", "apathie",
    "aromatherapie", "balneotherapie", "cancerologie", "cancerologue", "cancerologues", "cardiologie", "centurie",
    "comprime", "curie", "diabetologie", "droguerie", "drogueries", "ecurie", "empathie", "enceintes",
    "endocrinologie", "ergotherapie", "furie", "gastroenterologie", "hematologie", "homeopathie", "homophobie",
    "incurie", "infectiologie", "islamophobie", "kinesitherapie", "mairie", "nephrologie", "neurologie",
    "neuropsychiatrie", "nostalgie", "oncologie", "osteopathie", "pedopsychiatrie", "penurie", "pneumologie",
    "polycopie", "polycopies", "polygame", "polygamie", "polyglotte", "polynesie", "polynesien", "polynesienne",
    "polyphonie", "polytechnique", "polyvalent", "polyvalente", "polyvalentes", "polyvalents", "psychiatrie",
    "reanimation", "reeducation", "rhumatologie", "seigneurie", "sympathie", "telepathie", "thalassotherapie",
    "thrombinoscope", "thrombinoscopes", "xenophobie",
})  # fmt: skip
# Whole words only: their beginnings would flag too much.
MOTS = frozenset({
    "abilify", "abstinent", "abstinente", "acouphenes", "adhd", "alcool", "alite", "alitee", "allaite", "amaigri",
    "amaigrie", "amphetamines", "anafranil", "androcur", "angoisses", "anus", "aripiprazole", "aspirine", "attelle",
    "attelles", "avc", "aveugle", "aveugles", "avk", "avortement", "basedow", "begue", "bequilles", "biktarvy",
    "borgne", "bpco", "brulures", "buprenorphine", "cannabis", "cerveau", "champix", "charcot", "chikungunya",
    "chimio", "chirurgical", "chirurgicale", "chirurgie", "cholera", "clozapine", "cocaine", "codeine", "coma",
    "concerta", "coqueluche", "cortancyl", "coumadine", "couveuse", "crack", "curietherapie", "dafalgan", "delirant",
    "delirante", "delire", "delirer", "delires", "dement", "demente", "dengue", "depakine", "deprime", "deprimee",
    "deroxat", "diagnostique", "diagnostiquee", "diagnostiques", "doliprane", "douleurs", "drogue", "drogues",
    "ecchymoses", "ecstasy", "efferalgan", "effexor", "eliquis", "enbrel", "escarre", "escarres", "escitalopram",
    "essouffle", "essoufflee", "estomac", "estropie", "estropiee", "eventration", "excise", "excisee", "excisees",
    "excision", "fievre", "fievres", "fiv", "foie", "gabapentine", "gale", "gluten", "grabataire", "greffe",
    "greffee", "haldol", "haloperidol", "handicape", "handicapee", "hdt", "hemorroides", "herceptin", "heroine",
    "hiv", "hodgkin", "hormones", "hormonotherapie", "hpv", "humalog", "humira", "huntington", "img",
    "immunotherapie", "imovane", "infirme", "infirmite", "internee", "internement", "intestin", "intestins", "intube",
    "intubee", "invalidante", "irm", "ist", "ivg", "ivre", "ivresse", "ixprim", "januvia", "kardegic", "keppra",
    "lamaline", "lamictal", "lantus", "laroxyl", "leponex", "lepre", "levothyrox", "levothyroxine", "lexomil",
    "lithium", "lsd", "lupus", "lyrica", "macula", "malade", "malades", "malaises", "mdma", "metformine", "minerve",
    "mirtazapine", "mongolien", "mongolienne", "mst", "muette", "mutique", "naloxone", "nevrose", "nodules",
    "novorapid", "obese", "occlusion", "oedeme", "olanzapine", "operee", "operees", "otite", "otites", "ovaire",
    "ovaires", "overdose", "oxycodone", "oxycontin", "ozempic", "pacemaker", "palu", "paracetamol", "paralysie",
    "paroxetine", "pathologique", "plaie", "plaies", "platre", "platree", "plavix", "plegique", "pma", "pontage",
    "poumon", "poumons", "premature", "prematuree", "prematures", "prep", "previscan", "prozac", "psy",
    "psychologiquement", "psys", "quetiapine", "rechute", "rein", "reins", "remicade", "risperdal", "risperidone",
    "rivotril", "rougeole", "saoul", "saoule", "sequelles", "seresta", "seretide", "seroplex", "seroquel",
    "sertraline", "shit", "sida", "skenan", "sla", "solupred", "somnifere", "somniferes", "sopk", "soule", "sourd",
    "sourde", "sourdes", "sourds", "spasfon", "spdt", "stent", "sterile", "sterilet", "stilnox", "stimulateur",
    "stomie", "suboxone", "subutex", "suicidaire", "symbicort", "syndrome", "syndromes", "tamoxifene", "tardyferon",
    "tdah", "tdl", "tegretol", "temesta", "tercian", "tetraplegique", "tousse", "toux", "tremble", "tremblements",
    "truvada", "tsa", "valium", "varicelle", "venlafaxine", "ventoline", "verneuil", "vesicule", "vhb", "vhc",
    "viagra", "vih", "vomi", "vomir", "vomissements", "vomit", "xanax", "xarelto", "xeplion", "zoloft", "zolpidem",
    "zona", "zopiclone", "zyprexa",
})  # fmt: skip
# Several words together.
EXPRESSIONS = (
    "a des tics", "a eu le covid", "a fait un malaise", "a l aide d une canne", "a la grippe", "a le covid",
    "a mal a la", "a mal au", "a mal aux", "a perdu l audition", "a perdu l usage", "a perdu la vue", "a rechute",
    "a replonge", "accident vasculaire", "accouche dans", "accouche en", "accouche prematurement", "accouche sous x",
    "accouchement difficile", "accouchement premature", "accouchement sous x", "accouchera", "accro a", "accro au",
    "accro aux", "admis aux urgences", "admise aux urgences", "affection cardiaque", "alcoolo dependant",
    "amputation", "anesthesie generale", "anneau gastrique", "appareil respiratoire",
    "apres son operation", "arret cardiaque", "arrete ses medicaments", "arrete son traitement", "arthrose",
    "assistance respiratoire", "attaque cardiaque", "attaque cerebrale", "attaque de panique", "atteint d un",
    "atteint d une", "atteint de", "atteinte d un", "atteinte d une", "atteinte de", "attend des jumeaux",
    "attend son deuxieme", "attend son premier", "attend son troisieme", "attend un bebe", "attend un enfant",
    "attendent un bebe", "attendent un enfant", "attendre un enfant", "attrape la grippe", "attrape le covid",
    "aux urgences", "avale des comprimes", "avale des medicaments", "avale une boite", "avec un handicap", "avoir bu",
    "avoir d enfant naturellement", "baby blues", "bebe eprouvette", "bebe est mort", "bebe n a pas survecu",
    "bec de lievre", "besoin de sa dose", "bilan sanguin", "boit beaucoup", "boit trop", "boite de comprimes",
    "boites de comprimes", "borderline", "boule au sein", "bouteille d oxygene", "bouteille par jour",
    "bras artificiel", "bras paralyse", "brule au", "brulee au", "burn out", "cachets par jour", "cachets pour",
    "calcul renal", "calculs renaux", "canal carpien", "cannes anglaises", "chaise roulante", "chambre d isolement",
    "change de sexe", "changement de sexe", "chez le psy", "chez un psy", "cloue au lit", "clouee au lit",
    "coeur du bebe", "coeur est fatigue", "coeur fatigue", "coeur malade", "coiffe des rotateurs",
    "coliques nephretiques", "comprimes par jour", "condamne par les medecins", "condamnee par les medecins",
    "consomme de l", "consomme de la", "consomme du", "consulte un psychologue", "coupe les veines", "covid long",
    "covid longue", "crache du sang", "crise cardiaque", "crise d angoisse", "crise d hysterie", "crise de foie",
    "crise de goutte", "crise de nerfs", "crise de panique", "crise de tetanie", "crises convulsives",
    "crises d angoisse", "crises de goutte", "crises de panique", "crises douloureuses", "cure d alcool",
    "cure de chimio", "cure de desintoxication", "cure de sevrage", "cure pour l alcool", "dans le coma",
    "de la tension", "debut de grossesse", "deficience intellectuelle", "dependant a l alcool", "dependant aux",
    "dependante aux", "depression post partum", "depuis son operation", "des anxiolytiques", "des toc",
    "descente d organes", "deuil perinatal", "doit accoucher", "don d organe", "don d ovocytes", "donneur d organe",
    "dort plus", "du cholesterol", "du sang dans les", "echange de seringues", "elle boit", "elle est paralysee",
    "en attente de greffe", "en chaise roulante", "en cure pour", "en fin de vie",
    "en manque d alcool", "en manque de drogue", "en postcure", "en sevrage", "enfant mort ne",
    "enfant n a pas survecu", "enfant sans vie", "entend des voix", "entend mal", "entend plus", "envie de mourir",
    "epuisement professionnel", "est opere", "est operee", "est paralyse des", "est paralysee des", "est sevre",
    "est sevree", "est tombe malade", "est tombee malade", "est traite pour", "est traitee pour", "etat de sante",
    "etat depressif", "etat limite", "etat mental", "etat psychologique", "etat vegetatif", "ete interne",
    "ete opere", "ete operee", "etre opere", "etre operee", "fait des malaises", "fait des rayons", "fait malaise",
    "fait opere", "fait operer", "fait un avc", "fait un malaise", "fait une chute", "fait une rechute",
    "fait une ts", "fatigue chronique", "fausse couche", "fausses couches", "fauteuil roulant", "fente palatine",
    "fin de grossesse", "fragile psychologiquement", "fuites urinaires", "fume de l herbe", "fume des joints",
    "fume du cannabis", "fume du shit", "fume un joint", "fumer du", "garde le lit", "genoux la lachent",
    "grave maladie", "greffe d organe", "greffe d un", "greffe de", "greffe du",
    "grossesse a risque", "grossesse de", "grossesse difficile", "grossesse est", "grossesse est a risque",
    "grossesse extra uterine", "grossesse gemellaire", "grossesse nerveuse", "grossesse non desiree",
    "grossesse s est", "grosseur au", "handicap auditif", "handicap cognitif", "handicap lourd", "handicap mental",
    "handicap moteur", "handicap physique", "handicap psychique", "handicap sensoriel", "handicap visuel",
    "handicape mental", "handicape moteur", "handicapee mentale", "handicapee moteur", "hopital psychiatrique",
    "idees noires", "idees suicidaires", "il boit", "il est paralyse", "in utero", "infection sexuellement",
    "insuffisance cardiaque", "insuffisance hepatique", "insuffisance renale", "insuffisance respiratoire",
    "insuffisant cardiaque", "insuffisant renal", "insuffisant respiratoire", "interrompre sa grossesse",
    "interruption de grossesse", "interruption medicale de grossesse", "interruption volontaire", "intolerance au",
    "intolerant au", "intolerante au", "jambe artificielle", "jambe cassee", "jours a vivre", "kilos en trop",
    "la goutte", "la grossesse se", "la maladie a", "langue des signes", "le psy", "ligne de coke", "lit medicalise",
    "lit sur les levres", "litre de vin", "longue maladie", "madame boit", "mal au dos", "mal au ventre",
    "mal de dos", "malade du coeur", "maladie auto immune", "maladie chronique", "maladie de", "maladie degenerative",
    "maladie evolutive", "maladie genetique", "maladie grave", "maladie invalidante", "maladie l empeche",
    "maladie mentale", "maladie orpheline", "maladie rare", "marche plus", "marcher seul", "marcher seule",
    "maux de dos", "maux de tete", "medicaments contre", "medicaments pour la", "medicaments pour le",
    "membre fantome", "mettre fin a ses jours", "moelle epiniere", "mois a vivre", "mois de grossesse",
    "monsieur boit", "mort du bebe", "mort in utero", "mort ne", "mort nee", "mort subite", "mutile les",
    "mutile ses", "n entend plus", "n entend presque plus", "ne avant terme", "ne boit plus", "ne boit que",
    "ne cicatrise pas", "ne dort plus", "ne mange plus", "ne marche plus", "ne peut plus bouger",
    "ne peut plus marcher", "ne quitte plus le lit", "ne quitte plus son lit", "ne reconnait plus",
    "ne repond plus a ses", "ne retient plus", "ne s alimente plus", "ne se leve plus", "ne se souvient plus",
    "ne tient pas debout", "ne voit plus", "nee avant terme", "non voyant", "non voyante", "nourri par sonde",
    "nourrie par sonde", "occlusion intestinale", "operation a coeur", "operation chirurgicale", "operation du",
    "opere d un", "opere d une", "opere de", "opere des", "opere du", "operee d un", "operee d une",
    "oublie son traitement", "ouvert les veines", "oxygene a domicile", "paralyse du", "parle d en finir",
    "parle de mourir", "parle tout seul", "parle toute seule", "passe ses journees au lit", "passe un scanner",
    "passer un scanner", "pense a en finir", "pensees suicidaires", "perd du sang", "perd l audition", "perd l ouie",
    "perd la boule", "perd la memoire", "perd la tete", "perd la vision", "perd la vue", "perd ses cheveux",
    "perdu connaissance", "perdu l enfant", "perdu l ouie", "perdu le bebe", "perdu les eaux", "perdu leur bebe",
    "perdu ses cheveux", "perdu ses jumeaux", "perdu son bebe", "perdu un bebe", "perdu un oeil", "perte d audition",
    "perte de connaissance", "perte de la vue", "perte de son bebe", "perte du bebe", "pertes de connaissance",
    "pertes de memoire", "peut pas avoir d enfant", "peut pas avoir d enfants", "peut plus avoir d enfant",
    "peut plus avoir d enfants", "phase terminale", "pied bot", "pilule abortive", "pilule du lendemain",
    "plaie infectee", "plaques rouges", "plus ses medicaments", "plus toute sa tete", "ponction lombaire",
    "portait une sonde", "porte des couches", "porte des protections", "porte un corset", "porte une poche",
    "porte une sonde", "pose d un stent", "positif au covid", "positive au covid", "post cure", "post traumatique",
    "prend des cachets", "prend des medicaments", "prend sa tension", "prend ses medicaments", "prend son traitement",
    "prend un traitement", "pris son traitement", "prise de sang", "probleme avec l alcool", "probleme cardiaque",
    "probleme d alcool", "probleme de fertilite", "probleme de sante", "probleme de tension",
    "problemes avec l alcool", "problemes cardiaques", "problemes d alcool", "problemes de fertilite",
    "problemes de sante", "problemes de tension", "problemes psychologiques", "procreation medicalement",
    "pronostic vital", "prothese auditive", "prothese de", "prothese mammaire", "prothese valvulaire",
    "pulsions suicidaires", "raisons de sante", "reassignation sexuelle", "replonge dans", "retard de croissance",
    "retard de developpement", "retard de langage", "retard intellectuel", "retard mental", "retard psychomoteur",
    "retour de couches", "retrouve inconscient", "retrouve pendu", "retrouvee inconsciente", "retrouvee pendue",
    "rupture d anevrisme", "s est blesse", "s est blessee", "s est casse", "s est cassee", "s est fait operer",
    "s est infecte", "s est infectee", "s est jete", "s est jetee", "s est pendu", "s injectait", "s injecte",
    "s ouvrir les veines", "sa grossesse", "sa maladie", "sa psy", "sa sante", "sans aide pour marcher",
    "sans ses medicaments", "sante fragile", "sante mentale", "sante precaire", "scanner a montre",
    "scanner a revele", "scanner cerebral", "se croit persecute", "se croit persecutee", "se croit surveille",
    "se croit surveillee", "se droguait", "se drogue", "se fait des injections", "se fait vomir", "se jeter par",
    "se jeter sous", "se mutile", "se pendre", "se piquait", "se pique", "se shoote", "se tuer", "seances de rayons",
    "semaines a vivre", "semaines d amenorrhee", "semaines de grossesse", "soins intensifs", "soins palliatifs",
    "son psy", "sonde urinaire", "souci de sante", "soucis de sante", "souffle au coeur", "souffrait d",
    "souffrait de", "souffrance psychique", "souffrant d", "souffrant de", "souffre beaucoup", "souffre d",
    "souffre de", "souffre du", "souffre enormement", "souffre le martyr", "souffre le martyre",
    "souffre physiquement", "souffre psychologiquement", "souffre trop", "sourd et muet", "sourde et muette",
    "sous antibiotique", "sous chimio", "sous contraception", "sous insuline", "sous l emprise de",
    "sous medicaments", "sous morphine", "sous neuroleptique", "sous oxygene", "sous respirateur", "sous traitement",
    "spectre autistique", "stade avance", "stoppe son traitement", "stress post", "sucre dans le sang",
    "suit un traitement", "suit une psychotherapie", "suit une therapie", "suivi par un psychologue",
    "suivi psychiatrique", "suivi psychologique", "suivi son traitement", "suivie par un psychologue",
    "supporte pas son traitement", "supporte plus son traitement", "surcharge ponderale", "tache au poumon",
    "tension arterielle", "tension elevee", "tension est montee", "tension trop", "tentative de suicide",
    "test de grossesse", "tient plus debout", "tient plus sur ses jambes", "tombe dans les pommes", "traite pour un",
    "traite pour une", "traitee pour un", "traitee pour une", "traitement a vie", "traitement antidouleur",
    "traitement contre", "traitement de fond", "traitement hormonal", "traitement injectable", "traitement lourd",
    "traitement medical", "traitement medicamenteux", "traitement retard", "traitement substitutif",
    "transfert d embryon", "transition de genre", "transition hormonale", "tres angoisse", "tres angoissee",
    "tres depressif", "tres depressive", "tres malade", "trop bu", "trop de tension", "trop maigre",
    "trouble anxieux", "trouble bipolaire", "trouble de la personnalite", "trouble de stress",
    "trouble du comportement", "trouble dys", "trouble psychique", "troubles alimentaires", "troubles anxieux",
    "troubles bipolaires", "troubles cognitifs", "troubles de l attention", "troubles de la memoire",
    "troubles du comportement", "troubles du sommeil", "troubles dys", "troubles mentaux", "troubles musculo",
    "troubles psychiques", "troubles psychologiques", "troubles visuels", "un heureux evenement", "un psy",
    "une maladie", "une masse suspecte", "va accoucher", "veut en finir", "vit avec une stomie", "voit mal",
    "voit plus", "voit presque plus", "voit un psychologue", "vomit du sang", "vouloir en finir", "voulu en finir",
)  # fmt: skip
# What these words mean elsewhere, in the life of a dossier: taken out before judging on both sides.
AUTRES_SENS = (
    "acces en fauteuil", "accessible aux fauteuils roulants", "accessible en fauteuil roulant", "adultes handicapes",
    "agent hospitalier", "allocation adulte handicape", "allocation aux adultes handicapes", "arret maladie",
    "arrets maladie", "assurance maladie", "assurance maladie maternite", "bras de fer", "bras droit",
    "carte mobilite", "casse tete", "centre de radiotherapie", "centre de reeducation", "certificat de rechute",
    "chambre des malades", "chirurgien dentiste", "chirurgiens dentistes", "confiance aveugle",
    "conge de grave maladie", "conge de longue maladie", "conge longue maladie", "conge maladie",
    "conge pathologique", "conges maladie", "conges pathologiques", "conseil local de sante mentale", "coup de main",
    "cours de langue des signes", "crise du logement", "de bouche a oreille", "declaration de grossesse",
    "declaration de sa grossesse", "declare sa grossesse", "depistage des cancers", "depistage du cancer",
    "depistage organise des cancers", "depistages des cancers", "diagnostic energetique", "dos a dos",
    "eleve handicape", "en finir avec", "en main propre", "en tete", "enfant malade", "enfants malades",
    "environnement de travail", "etablissement de sante mentale", "face a face", "forfait hospitalier",
    "formation langue des signes", "fracture numerique", "fracture sociale", "fracture territoriale",
    "greffe du conseil", "greffe du juge", "greffe du tribunal", "handicap social", "interprete en langue des signes",
    "interpretes en langue des signes", "journee de solidarite", "l emploi de travailleurs handicapes", "l enceinte",
    "ligue contre le cancer", "maison des personnes handicapees", "mal a comprendre", "mal a joindre",
    "mal a remplir", "mal au courant", "mal aux demarches", "maladie professionnelle", "maladies professionnelles",
    "mauvais oeil", "mettre sur pied", "mis sur pied", "mise a pied", "mise sur pied", "operation du mois",
    "operation du service", "pathologie du batiment", "pathologies du batiment", "pension de reversion",
    "personne handicapee", "personnes handicapees", "phobie administrative", "phobie scolaire administrative",
    "pied a terre", "pied d egalite", "pieds d egalite", "places en fauteuil", "prep a domicile",
    "prestations maladie", "prise de tete", "prise en main", "protection maladie", "protection universelle maladie",
    "prothese dentaire", "protheses dentaires", "prothesiste dentaire", "psy precarite", "rechute d accident",
    "rechute de l accident", "reeducation professionnelle", "remis en main", "remise en main", "rente de victime",
    "reste sourd", "reste sourde", "restee sourde", "restes sourds", "sante mentale france", "seconde main",
    "secretaire medicale", "semaines d information sur la sante mentale", "services hospitaliers",
    "sont restes sourds", "souffre d isolement", "souffre d un manque", "souffre d un retard", "souffre de cette",
    "souffre de l isolement", "souffre de la situation", "souffre de la solitude", "souffre de solitude",
    "sourd a ma", "sourd a nos", "sourde a nos", "suicide prevention", "suivi de grossesse", "tete a tete",
    "tete de liste", "tour de main", "traduction en langue des signes", "traumatisme de l exil",
    "travailleur handicape", "travailleurs handicapes", "urgences sociales", "virus informatique",
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


# « AVC : avis de versement ».
_DITES = "|".join(
    rf"{un}[A-Z]{{2,4}}\s*[:(=]\s*(?=[{un}{un.lower()}])"
    for un in sorted({mot[0].upper() for mot in MOTS if len(mot) < 6})
)
# A name after a civility (and a first name) or a street; what an association is called.
NOMS_PROPRES = (
    rf"(?:^|[^0-9A-Za-z\u00c0-\u024f])(?:(?:{_ecrits(_CIVILITES)})\.?\s+(?:{_CAPITALE}[a-z\u00df-\u00ff'’-]+\s+)?{_CAPITALE}{_RESTE}"
    rf"|(?:{_ecrits(_VOIES)})\.?\s+{_ARTICLES}(?:{_CAPITALE}{_RESTE}\s+){{0,3}}{_CAPITALE}{_RESTE}"
    # Letters whose meaning is said beside them: it is judged in their place.
    rf"|(?:{_DITES})"
    rf"|[Aa]ssociation\s+{_CAPITALE}{_RESTE}(?:\s+(?:contre\s+)?(?:l[ea]s?\s+|l['’]){_RESTE})?)"
)
_METIERS = (
    "infirmieres?|infirmiers?|soignantes?|soignants?|internes?|medecins?|praticiens?|professeurs?|cadres?|diplome[a-z]*"
    "|forme[a-z]*|formations?|specialis[a-z]*|specialistes?|etudes?|etudiante?s?|stages?|stagiaires?|recherches?"
    "|secretaires?|congres|colloques?"
)
_SPECIALITES = "(?:[a-z]*logie|[a-z]*psychiatrie|radiotherapie|reanimation|reeducation|dialyse|soins palliatifs|soins intensifs)"
_LIENS = "(?: (?:a|actuellement|au|dans|de|du|depuis|deux|hopital|institut|centre|jours?|l|la|le|mois|par|semaines?|service|toujours|trois|un|une|unite|[0-9]+))"
_CORPS = (
    "(?:tete|dos|cou|nuque|epaules?|bras|coudes?|poignets?|mains?(?! d oeuvre)|doigts?|pouce|hanches?|bassin|genoux?|jambes?|chevilles?"
    "|pieds?|talons?|orteils?|cotes?|colonne|vertebres?|coeur|poumons?|foie|reins?|ventre|estomac|intestins?|colon|vessie|prostate"
    "|testicules?|uterus|ovaires?|seins?|oeil|yeux|oreilles?|gorge|machoire|nez|cerveau|crane|peau|sang|thyroide|vesicule|appendice"
    "|rate|pancreas|amygdales|tendons?|ligaments?|menisques?|nerfs?|femur|tibia|clavicule|rotule|os)"
)
_DETERMINANTS = "(?:l|la|le|les|un|une|deux|trois|plusieurs|son|sa|ses)"
_MAUX = (
    "operee?s?|operer|operation|protheses?|greffe|fractures?|brulures?|kystes?|blessures?|blessee?s?|douleurs?|problemes?|soucis?|mal|maux"
    "|chirurgie|boule|grosseur|masse|tache|polypes?|ablation|abces|rupture|dechirure|lesions?|maladie|souffre|saignements?|brulee?s?"
)
_LIEUX_DE_SOIN = "(?:cmp|cmpp|csapa|caarud|hdj|cattp|hopital de jour|clinique psychiatrique|hopital psychiatrique|centre medico psychologique|soins de suite|clinique des addictions)"
_APPAREILS = (
    "(?:fauteuil|bequilles?|cannes?|deambulateur|rollator|attelle|minerve|corset|prothese|sonde|poche|protections|couches|perruque|platre"
    "|pansements?|bas de contention)"
)
# Shapes that tell a health, on a folded phrase: who is followed in a speciality, or in hospital for
# something; a part of the body that ails, is lost or opened; a child to come or lost; what one takes, wears or undergoes.
FORMES = "|".join((
    " (?:suivie?|patiente?|consult[a-z]*|hospitalis[a-z]*|admise?|soignee?|traitee?|sejour|internee|ete interne|transferee?"
    "|sortie?|sort|est|reste|rendez vous|rdv)s?"
    f"{_LIENS}{{0,6}} (?:en|de|d) {_SPECIALITES} ",
    r" hospitalisee?s?(?: [a-z0-9]+){0,3} pour (?:un|une|des|son|sa|ses) (?!jour|nuit|semaine|mois|duree|accouch)",
    " hospitalis[a-z]* (?:d office|sous contrainte|a la demande d un tiers|sans consentement)",
    f" (?:{_MAUX}) (?:(?:a|au|aux|de|du|des|d|en|dans|sur) )?(?:{_DETERMINANTS} )?{_CORPS} ",
    " (?:retiree?|enlevee?|ouvert|coupee?|otee?|ampute[er]*s?|cassee?|fracturee?|brisee?|perdu|perd|foulee?|tordue?|arrachee?)"
    f" {_DETERMINANTS} {_CORPS} ",
    f" {_CORPS} (?:cassee?|felee?|demise?|fracturee?|bloquee?|paralysee?|gonflee?|amputee?|brulee?|infectee?|malade|foulee?)s? ",
    " nee? a [0-9]+ (?:semaines|mois) ",
    " (?:perdu|perd|perdre) (?:son|leurs?|le|un|ses|deux) (?:premier )?(?:bebes?|foetus|jumeaux) ",
    " (?:perdu|perd|perdre) (?:son|leur|un) enfant (?:a la naissance|in utero|avant terme|pendant) ",
    " attend(?:ent|ait|re)? (?:un|son|leur|des|deux) (?:premier |deuxieme |second |troisieme |quatrieme |[0-9]+e )?(?:bebes?|enfants?|jumeaux"
    "|jumelles|triples) ",
    f" (?:suivie?|vue?|va|vont|consulte|charge|hospitalisee?|soignee?|sort|entre|entree?|rendez vous|rdv|admise?){_LIENS}{{0,3}}"
    f" (?:au|en|du|a l|a la|par le) {_LIEUX_DE_SOIN} ",
    " (?:suit|commence|debute|fait|fera|apres|ses|des|a|arrete) (?:[a-z0-9]+ ){0,2}seances? (?:de |d )(?:radiotherapie|chimio|dialyse|rayons"
    "|psychotherapie|orthophonie|kine|kinesitherapie|reeducation) ",
    " (?:prend|prenait|pris|sous|avale|arrete) (?:[a-z0-9]+ ){0,3}(?:comprimes|cachets|medicaments|gelules|antalgiques|psychotropes|calmants"
    "|hormones) ",
    f" (?:porte|marche avec|marcher avec|deplace avec|deplace en|deplacer en|equipee? d) (?:[a-z0-9]+ ){{0,2}}{_APPAREILS} ",
    " n?e? ?(?:peut|peuvent|arrive|arrivent|parvient) (?:plus|pas) (?:a )?(?:marcher|bouger|se lever|se laver|s habiller|tenir debout"
    "|rester debout|respirer) ",
    " (?:fait|font|faire|faisait|eu) (?:un|une|des|plusieurs|deux|trois) (?:grosses? |violentes? )?(?:crises?|malaises?|avc|hemorragies?) ",
    " subi (?:un|une|des|plusieurs|deux|trois) (?:lourdes? )?(?:operations?|interventions?|greffes?|ablation) ",
    " bouteilles? (?:entieres? )?(?:de|d) (?:whisky|vin|vodka|rhum|pastis|biere|alcool|rose) ",
    " pese (?:plus |que )?(?:de )?[0-9]+ kilos ",
))  # fmt: skip
# What words of health mean elsewhere: trades and services, associations, addresses, figures of speech.
FORMES_AUTRES_SENS = "|".join((
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
