"""Shapes of phrases that tell a health, on a folded text, and those that mean something else; names that are no health."""

from socle.lexique_sante import MOTS

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
    "|rate|pancreas|amygdales|tendons?|ligaments?|menisques?|nerfs?|femur|tibia|clavicule|rotule|os|dents?|molaires?|ongles?|phalanges?|arcade"
    "|paupieres?|levres?|joues?|mollets?|cuisses?|fesses?|visage|tympans?|arteres?|veines?|aorte|larynx|bronches?|valves?|trompes|sein|crane"
    "|anus|rectum|oesophage|cornee|retine|moelle|sphincters?|hypophyse|aine|aisselle)"
)
_COMBIEN = "(?:[0-9]+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt[a-z0-9 ]{0,8}|trente[a-z ]{0,5})"
_PRIS = (
    "(?:temps|retard|soin|recul|renseign|nouvelles|note|vacances|distance|courage|cours|repos|risque|engagement|contact|repas|mesure|decision|rendez"
    "|conge|disposition|initiative|photo|responsab|precaution|place|avance|ampleur|hauteur|force|peine|part|service|train|bus|ressources|importance"
    "|libertes|jour|heure|information|poids|age|essence|charge|appel|dossier|demande|tickets|lecons|fonctions?|assurance|expertise|marge|vitesse)"
)
_DESSUS = (
    "(?:contrat|curatelle|tutelle|sauvegarde|habilitation|main|mains|loyer|location|reserve|huitaine|quinzaine|forme|pli|coup|pression|tension|l|la|le|les"
    "|un|une|mandat|mesure|protection|dispositif|condition|conditions|astreinte|surveillance|format|statut|regime|couvert|enveloppe|delai|bracelet"
    "|ecrou|controle|ordonnance|autorite|administration|responsabilite|convention|alias|nom|son|sa|ses|votre|notre|ce|cette|ces|des|deux|trois|dix|huit"
    "|quinze|trente|x|y|eau|abri|tente|terre|clef|cle|cloche|silence|garantie|carton|scelles|plastique|dettes?|quel|quelle|peu|peine|leur|presse|subside"
    "|menace|emprise|influence|caution|reference|dote|doter|charge|locataire|traitance|traitant|effectif|entendu|marin|prefecture|sol|total|estime|evalue|jacent|format|embargo|[0-9]+[a-z]*)"
)
# What nobody names but to say how it is; and what a body and a mind do.
_ORGANES = (
    "(?:jambes?|genoux?|hanches?|chevilles?|mollets?|cuisses?|poumons?|bronches?|foie|reins?|ventre|estomac|intestins?|colon|vessie|prostate"
    "|uterus|ovaires?|seins?|thyroide|vesicule|pancreas|rate(?! (?:le|la|les|son|sa|ses|un|deux))|arteres?|veines?|vertebres?|colonne|cervicales|cerveau|poumon|gorge|machoire|dents|peau(?! (?:de|dure))"
    "|oreilles?|poignets?|coudes?|doigts?|orteils?|talons?|muscles?|tendons?|articulations?|os|nerfs?|testicules?|coeur"
    " (?:fragile|malade|fatigue|use|est|bat|lache)|vue|audition|ouie)"
)
_FONCTIONS = (
    "(?:vue|vision|audition|ouie|memoire|sommeil|poids|equilibre|concentration|elocution|fertilite|digestion|transit|respiration|tension"
    "|thyroide|dependance|drogue|boisson|alcool|humeur|articulations|comportement|croissance|developpement|erection|sante mentale|peau|coeur|dos)"
)
_DETERMINANTS = "(?:l|la|le|les|un|une|deux|trois|plusieurs|son|sa|ses)"
_MAUX = (
    "operee?s?|operer|operations?|interventions?|protheses?|implants?|greffe|reconstruction|fractures?|ecrasement|section|coupure|amputation|perte|malformations?|deformations?|paralysie|insuffisance|infections?|inflammation|cancer|tumeurs?|ulceres?|calculs?|hernie|fissure|plaques?|plaies?"
    "|nodules?|injections?|ponction|biopsie|scanner|irm|radios?|echographie|fibroscopie|decollement|torsion|caillots?|usure|atrophie|valves?|stents?|brulures?|kystes?|blessures?|blessee?s?|douleurs?|problemes?|soucis?|mal|maux"
    "|chirurgie|boule|grosseur|masse|tache|polypes?|ablation|abces|rupture|dechirure|lesions?|maladie|souffre|saignements?|brulee?s?"
)
_LIEUX_DE_SOIN = "(?:cmp|cmpp|cmpea|camsp|csapa|caarud|hdj|cattp|sessad|ime|itep|samsah|ssr|smr|usld|had|hopital de jour|clinique psychiatrique|hopital psychiatrique|centre medico psychologique|soins de suite|clinique des addictions)"
_APPAREILS = (
    "(?:fauteuil|bequilles?|cannes?|deambulateur|rollator|attelle|minerve|corset|prothese|sonde|poche|protections|couches|perruque|platre"
    "|pansements?|bas de contention)"
)
_SPECIALISTES = (
    "(?:(?:cardio|neuro|pneumo|nephro|gastroentero|hepato|onco|hemato|cancero|dermato|rhumato|uro|gyneco|endocrino|diabeto|allergo|angio|phlebo"
    "|addicto|alcoolo|infectio|immuno|stomato|geronto|psycho|procto|sexo|tabaco|algo)logue|gastro enterologue|[a-z]*psychiatre|geriatre|phoniatre"
    "|orthophoniste|orthoptiste|psychomotricien(?:ne)?|ergotherapeute|sage femme|psy|psychotherapeute|psychanalyste|nutritionniste"
    "|dieteticien(?:ne)?|ophtalmo|gyneco|cardio|dermato|orl|chirurgien(?! dentiste)|neurochirurgien|kine)s?"
)
# Shapes that tell a health, on a folded phrase: who is followed in a speciality, or in hospital for
# something; a part of the body that ails, is lost or opened; a child to come or lost; what one takes, wears or undergoes.
FORMES = "|".join((
    " (?:suivie?|patiente?|consult[a-z]*|hospitalis[a-z]*|admise?|soignee?|traitee?|sejour|internee|ete interne|transferee?|passe|retour|placee?|orientee?|adressee?|gardee?|mois|semaines|hospi"
    "|sortie?|sort|est|reste|rendez vous|rdv)s?"
    f"{_LIENS}{{0,6}} (?:en|de|d) {_SPECIALITES} ",
    r" hospitalisee?s?(?: [a-z0-9]+){0,3} pour (?:un|une|des|son|sa|ses) (?!jour|nuit|semaine|mois|duree|accouch)",
    " (?:hospitalis[a-z]*|internee?s?) (?:d office|sous contrainte|de force|a la demande d un tiers|sans (?:son )?consentement)",
    " (?:l|m) operer ",
    " saturation (?:[a-z]+ )?(?:a|de) [0-9]+ ",
    " (?:il|elle|monsieur|madame|mme|mr|fils|fille|enfant|pere|mere|frere|soeur|mari|epoux|epouse|conjointe?|bebe|usagere?|assuree?|dame) (?:[a-z]+ )?en situation de handicap ",
    f" (?:{_MAUX}) (?:(?:a|au|aux|de|du|des|d|en|dans|sur) )?(?:{_DETERMINANTS} )?{_CORPS} ",
    " (?:retire[er]?|enleve[er]?|ouverte?|coupe[er]?|ote[er]?|ampute[er]*s?|casse[er]?|fracturee?|brisee?|perdu|perd|foule[er]?|tordue?|arrache[er]?|ecrasee?|sectionnee?)"
    f" {_DETERMINANTS} {_CORPS} ",
    f" {_CORPS}(?: gauches?| droite?s?)? (?:(?:est|sont|etait|a ete|ont ete|reste|restent) )?(?:cassee?|felee?|demise?|fracturee?|bloquee?|paralysee?|gonflee?|amputee?|brulee?"
    "|infectee?|malade|foulee?|en moins|usee?|abimee?|deformee?|dechiree?|ecrasee?|sectionnee?|arrachee?|broyee?|perdue?|atteinte?|foutue?|tordue?|enflee?|en compote|en miettes|fichue?|detruite?|demis|demise|fragile|enflamme|inflammee?)s? ",
    f" {_CORPS}(?: gauches?| droite?s?)? (?:ne (?:repond|repondent|fonctionnent?|marchent?|bougent?|tient|tiennent|sert|voit|suit|suivent)|lachent?|gonflent?|tremblent?|enflent?) ",
    " (?:perdu|perd|perdre) (?:son|leurs?|le|un|ses|deux) (?:premier )?(?:bebes?|foetus|jumeaux) ",
    " (?:perdu|perd|perdre) (?:son|leur|un) enfant (?:a la naissance|in utero|avant terme|pendant) ",
    " attend(?:ent|ait|re)? (?:son|leur|des|deux) (?:premier |deuxieme |second |troisieme |quatrieme |[0-9]+e )?(?:bebes?|enfants?|jumeaux"
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
    " (?:pese|perdu|pris|grossi|maigri)(?: [a-z]+){0,2} (?:[0-9]+|dix|douze|quinze|vingt|trente|quarante|cinquante) ?(?:kg|kilos?) ",
    # What one takes (« prend du potassium »), what one is under (« sous testosterone »).
    f" (?:prend|prennent|prenait|prendre) (?:du|de la|de l|des) (?!{_PRIS})[a-z]+",
    f" (?:est|etait|mise?|reste|toujours|placee?|passee?) sous (?!{_DESSUS})[a-z]+ ",
    f" nee?s? a {_COMBIEN} (?:semaines|mois) ",
    " desoriente[es]* (?!par|face|devant|dans (?:les|ses|ces|nos|vos)|avec|au|a )",
    " brulee?s? (?:sur|au|a|aux|par|gravement) ",
    f" (?:suivie?|soignee?|operee?|traitee?|consulte|arretee?|medicaments?|hospitalisee?)s? (?:[a-z]+ ){{0,2}}pour (?:son|sa|ses|le|la|les|des|un|une) {_CORPS} ",
    f" (?:a cause|en raison|du fait|souffre) d[eu] (?:son|sa|ses) {_CORPS} ",
    " (?:problemes?|soucis?|ennuis?|affections?|douleurs?|maux|maladies?|infections?|lesions?) (?:(?:gyneco|uro|dermato|neuro|psycho|rhumato|hemato|onco|cardio|pneumo)logiques?"
    "|urinaires?|articulaires?|oculaires?|auditi[a-z]+|cutane[a-z]*|musculaires?|hormona[a-z]+|digesti[a-z]+|intestina[a-z]+|gastri[a-z]+|cardia[a-z]+|pulmonaires?"
    "|vasculaires?|rena[a-z]+|hepati[a-z]+|psychi[a-z]+|osseu[a-z]+|visuel[a-z]*|veineu[a-z]+|respiratoires?|sanguin[a-z]*|metaboli[a-z]+|sexuel[a-z]*|menta[a-z]+"
    "|neuro[a-z]+|chroniques?|medica[a-z]+ (?:lourds?|graves?)) ",
    " (?:a|ont|avait|avoir|ait) (?:avale|ingere|bu) ",
    " (?:pour|de|veut|voulait|voulu|va|allait|bientot|pense a|prefere|aimerait|laisse) (?:mourir|se suicider|se tuer|se pendre) ",
    " se reme(?:t|ts|ttre|ttent|ttait) (?:mal |pas |lentement |difficilement |doucement |a peine |tout juste )?d(?:e|u|es)? (?!accord|cette nouvelle)",
    " (?:en|une|son|sa) affection de longue duree ",
    " tension (?:est |arterielle )?(?:a|de|monte a) [0-9]+ ",
    " (?:son|leur) etat (?!civil|de compte|des|d urgence|membre|actuel|hypothecaire|de frais)",
    " (?:transportee?|emmenee?|conduite?|evacuee?|rentree?|retournee?|admise?)s? (?:[a-z]+ ){0,3}(?:a l hopital|aux urgences|en ambulance|par les pompiers|par le samu|a la clinique) ",
    " (?:est|devient|devenue?|tres|totalement|mere|pere) dependante?s? (?!financ|econom|de la caisse|de son|de sa|de ses)",
    " perd(?:u|re|ait|s|ra)? (?:l usage|la raison|la parole|la vue|la vision|l ouie|l audition|la memoire|l equilibre|l odorat|le gout|l appetit|le sommeil|du poids|du sang"
    "|ses cheveux|la tete|la boule|connaissance|l autonomie|en autonomie|son autonomie) ",
    " (?:sa|cette|leur|la|une) maladie (?!professionnelle|maternite|et |ou |du |d )",
    " (?:peut|sait|arrive|parvient) (?:plus|pas|jamais) (?:a )?(?:se servir de sa|se servir de son|se servir de ses|avaler|plier|ecrire avec|dormir|manger seul|uriner|courir|porter (?:de |des )?charges) ",
    " (?:il|elle|monsieur|madame) souffr(?:e|ait) (?!d|encore d|toujours d|beaucoup d)[a-z]+ ",
    " traitements? (?:par|a base de) (?!lots?|le |la |les |l |un |une |vos |votre |nos |notre |mes |ordre |courrier |mail |telephone |cette |ce |ces |deux |voie |priorite |date |[a-z]+ services?)[a-z]+ ",
    " son traitement (?:coute|lui|la|l|le|fatigue|epuise|agit|contre|medical|quotidien|habituel|actuel|a vie|n agit|ne fait) ",
    # A part of the body that somebody has, and how it is.
    f" (?:a|ont|avait|avec) (?:le|la|les|l|un|une|des|deux|trois) {_ORGANES} [a-z]+ ",
    f" (?:son|sa|ses|leurs?) {_ORGANES} ",
    f" (?:problemes?|soucis?|ennuis?|difficultes?|pertes?|baisse) (?:de|d|du|a|au|aux|avec)(?: la| l| le)? {_FONCTIONS} ",
    " taux (?:de |d )(?:sucre|plaquettes|globules|fer|cholesterol|alcool[a-z]*|albumine|lithium|ferritine) ",
    " (?:commence|debute|suit|termine|fini|fait|apres|sous|ses|avec|seances de) (?:les |des |ses )?rayons ",
    " ne lui reste (?:plus )?que (?:quelques|peu|deux|trois|[0-9]+) (?:semaines|mois|jours) (?!pour|avant|de)",
    " peu(?:t|vent) (?:pas|plus) avoir d enfants? ",
    " porteu(?:r|se)s? (?:sain |saine )?(?:d un|d une|du|de la|de l) (?!projet|carte|badge|mandat|procuration|attestation|message|demande|document|titre|passeport|dossier|courrier|parole|lettre|nom)",
    " nee?s? avec (?:un|une|des|le|la|six|deux) (?!nom|prenom|autre|nationalite)",
    " (?:marche|marchent|parle|parlent|s assoit) (?:toujours |encore )?pas (?:encore |toujours )?a [a-z0-9]+ (?:ans|mois) ",
    " se croi(?:t|ent) (?:suivi|surveille|persecute|possede|empoisonne|espionne|ensorcele|envoute|menace)e?s? ",
    " (?:est|etait|a ete|ete|etre|reste|toujours|encore|de nouveau|deja) hospitalisee?s? (?:depuis|en|a nouveau|plusieurs|deux|trois|quatre|souvent|regulierement|pour|apres|suite) ",
    " (?:attend|attendre|prevue?|doit|va|devra|avant|apres|depuis) (?:subir |avoir |passer |faire )?(?:une|sa|son|cette) (?:operation|intervention|greffe|transplantation|biopsie|coloscopie|irm|dialyse) (?!de (?:police|mise|controle)|du (?:service|mois)|sociale|bancaire|d un)",
    " (?:invalide|incapacite|handicap|handicapee?) (?:a|de) [0-9]+ ",
    # Who is seen by a specialist, and what a doctor says or forbids.
    f" (?:suivie?s?|voit|voient|consulte|chez|patiente?|seances?|vue?|adressee?|orientee?)(?: [a-z0-9]+){{0,2}} (?:par|chez|un|une|le|la|l|d|de|du|avec|son|sa|ses|des) {_SPECIALISTES} ",
    f" (?:son|sa|ses|leur) {_SPECIALISTES} ",
    f" (?:l|le|la|les|un|une) {_SPECIALISTES} (?:ne )?(?:lui|leur|suit|parle|evoque|prevoit|envisage|soupconne|craint|peut) ",
    " medecins? (?:lui|leur) (?:a |ont )?(?:interdit|prescrit|deconseille|impose|donnent?|annonce) ",
    " (?:traitee?|soignee?|opere)s? (?:pour|contre|d urgence|en urgence|hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: (?:un|une|des|sa|son|ses|[a-z]+ite|[a-z]+ose))? ",
    # What fails: an organ, a function of the body or of the mind.
    " insuffisan(?:ce|t|te)s? (?:[a-z]+ique|[a-z]+oire|[a-z]+ale?|[a-z]+aire|[a-z]+ienne|veineuse)s? ",
    " troubles? (?:d |de |du |des |de la |de l )?(?!de |d |du |des |ordre|public|sociaux|politiques?|voisinage|jouissance|possession|anormal|anormaux|l |la |a |au |mon|nos|le |les |dans|et |ou |entre|par )[a-z]{3,} ",
    " deficits? (?:de l attention|attentionnel|cognitif|auditif|visuel|intellectuel|moteur|immunitaire|sensoriel|neurologique|hormonal|du langage|en fer) ",
    "(?:^| (?:la|sa|une|cette|leur|son|ma|d une|par|porteuse?)) maladie (?:a|au|aux|d|de|du|des|[a-z]+ique|[a-z]+ale|rare|grave|incurable|orpheline|evolutive|invalidante|auto immune|lourde|longue) ",
    " (?:il|elle|ils|elles|monsieur|madame|mr|mme|papa|maman|mere|pere|mari|femme|fils|fille|enfant|frere|soeur) (?:ne |n )(?:marche|mange|parle|bouge|respire|voit|entend|dort|urine|tient|se leve|se lave|avale|sort de son lit)(?:nt|ent)?"
    " (?:presque |quasiment |pratiquement )?plus(?: (?:sans|seule?|du tout|debout|depuis|correctement|bien|rien|tout)| (?=$)) ",
    " (?:est|etait|sont|mere|pere|mari|femme|madame|monsieur|epouse|epoux) en (?:grande |forte |totale )?perte d autonomie ",
    " gir [1-6] ",
    " (?:aide|aider|besoin d aide|aidee?|incapable|impossible|peine|du mal|difficultes?)(?: [a-z]+)? (?:pour|a|de) (?:parler|bouger|entendre|deglutir|monter les escaliers|se concentrer|se laver|s habiller|se lever|se coucher|se nourrir|se vetir|marcher|manger|faire sa toilette|la toilette|se tenir debout|respirer|avaler|uriner) ",
    " [0-9]+ (?:[0-9] )?de (?:tension|glycemie|temperature|fievre|creatinine|hemoglobine) ",
    " [0-9]+ (?:10 |dixiemes? |20 )(?:a|de|d|au|aux|par) (?:chaque |l |les |deux )*(?:oeil|yeux) ",
    " mms [0-9a] ",
    " stade (?:[1-5]|i+|iv|terminal|avance|metastatique) ",
    " ald (?:n |no |numero )?[0-9]{1,2} | (?:en|une) ald (?:depuis|pour) | ald pour (?:un|une|des|son|sa|[a-z]+ie|[a-z]+ite|[a-z]+ose) ",
    " (?:elle|madame|mme|fille|soeur|epouse|compagne|femme) est (?:bientot |presque |deja )?(?:a|enceinte de) (?:[4-9]|quatre|cinq|six|sept|huit|neuf) mois (?!d )",
    " ait (?:le|en|l an) (?:[0-9]+|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|dernier) (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre) (?=$)",
    " (?:attend(?:ent|ait)?|attendre) un enfant (?:pour|en|depuis|et|avec|de|$|qui|mais|elle|il|dans|d ici) ",
    " fauteuil (?:electrique|roulant) (?!a ete commande)",
    " (?:circule|roule|vit|est|reste|deplace|vient) (?:toujours |desormais |maintenant )?en fauteuil ",
    " opere (?=$)",
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
    " souffre d(?: un|e) retards?(?= )(?! de (?:croissance|langage|parole|developpement)| mental| psychomoteur| intellectuel)",
    # Who suffers from not having an answer; what is no person.
    " symptomes? d(?: une?|u|es) (?:dysfonctionnements?|problemes?|dossiers?|guichets?|sites?|organisations?|systemes?|reformes?)(?= )",
    " (?:situation|question|decision|separation|rupture|demarche|attente)s? (?:[a-z]+ )?douloureuses?(?= )",
    " souffr[a-z]+ de ne (?:pas|plus|jamais|rien) (?:pouvoir )?(?:avoir|recevoir|savoir|obtenir|comprendre|joindre|entendre|voir venir)(?= )",
    " (?:structure|service|commune|association|dossier|portail|site|quartier|territoire|secteur|departement|equipe|reseau|dispositif"
    "|procedure|systeme|logement|batiment|immeuble)s? (?:[a-z]+ )?souffr[a-z]+ (?:de|d|du|des)(?= )",
    " greffer? (?:cette|ce|cet|la|le|l|une|un|sa|son|votre) (?:demande|dossier|piece|signalement|message|rubrique|module|fichier|projet)(?= )",
    " depression (?:meteorologique|tropicale|atmospherique|economique)(?= )",
    " allergi[a-z]* (?:au|aux|a la|a l) (?:papiers?|paperasses?|formulaires?|imprimes?|informatique|administration|internet|numerique"
    "|ordinateurs?|ecrans?|telephone|chiffres|changements?)(?= )",
))  # fmt: skip
