/* Guard of the free-text zones while typing (D-03, D-04): says what the server will say (socle/garde.py). Nothing leaves
   the page; the patterns, the words and the tables are the server's: garde_formes.js, loaded before. No look-behind: old engines
   stop. Both are fetched by portail.js once one writes. */
"use strict";

const chiffres = new Map(garde.chiffres.flatMap(([debut, valeur, nombre]) =>
  Array.from({ length: nombre }, (_, rang) => [String.fromCodePoint(debut + rang), String(valeur + rang)])));
const lettres = new Map(Object.entries(garde.lettres));
const mots = new Set(garde.mots);
const pasSante = new Set(garde.pas_sante);
const coupesUsuelles = new Set(garde.coupes);
const formesNir = garde.nir.map((forme) => new RegExp(forme, "yu"));
const autresNombres = new RegExp(garde.autres_nombres, "yu");
const finitParUnChiffre = new RegExp(`\\d${garde.separateurs}$`, "u");
const commenceParUnChiffre = new RegExp(`^${garde.separateurs}\\d`, "u");
const trouves = (forme, texte) => [...texte.matchAll(new RegExp(forme, "gu"))];
const [date, entites, malTapes] = [new RegExp(garde.date, "u"), new RegExp(garde.entite, "gu"), new RegExp(garde.mal_tapes, "gu")];
const nombresDits = new RegExp(garde.nombres_dits, "gu");
const [nomsPropres, epele] = [new RegExp(garde.noms_propres, "gu"), new RegExp(garde.epele, "gu")];
const [formesSante, formesAutresSens] = [new RegExp(garde.formes, "u"), new RegExp(garde.formes_autres_sens, "gu")];
/* Each after its first word: what does not begin in a text is not looked for in it. */
const autresSens = garde.autres_sens.map((dits) => [dits.split(" ")[0], ` ${dits} `]);
const expressions = new Set(garde.expressions);
/* First word -> how many words the expressions have that begin so. */
const longueurs = new Map(garde.expressions.map((dits) => [dits.split(" ")[0], []]));
for (const dits of expressions) {
  const connues = longueurs.get(dits.split(" ")[0]);
  if (!connues.includes(dits.split(" ").length)) connues.push(dits.split(" ").length);
}
const inverser = (mot) => [...mot].reverse().join("");
const fins = garde.fins.map(inverser).sort();
const signes = (morceau) => morceau.replace(/[^0-9a-z]+/g, "");

function plierSigne(signe) {
  if (chiffres.has(signe)) return chiffres.get(signe);
  if (/[\p{Pd}\u2212\u2043]/u.test(signe)) return "-";
  if (/[\u2044\u2215\u29f8]/.test(signe)) return "/";
  if (/[\p{Cf}\p{Me}\ufe00-\ufe0f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0]/u.test(signe)) return "";
  return /\s/.test(signe) ? " " : signe;
}

const pourJuger = (texte) => texte.replace(/[^\0-\x7f]/gu, plierSigne).normalize("NFKC").replace(/[^\0-\x7f]/gu, plierSigne);

/* Plain letters and figures in lower case, plain dashes and blanks, no invisible mark. */
function plier(texte) {
  if (/^[\0-\x7f]*$/.test(texte)) return texte.toLowerCase();
  return pourJuger(texte).normalize("NFKD").replace(/[^\0-\x7f]/gu, (signe) =>
    (/[\p{M}·]/u.test(signe) ? "" : lettres.get(signe) ?? signe)).toLowerCase();
}

function plausible(nir) {
  const [mois, departement] = [Number(nir.slice(3, 5)), nir.slice(5, 7)];
  if (/[a-z]/.test(departement[1]) && !["2a", "2b"].includes(departement)) return false;
  if (!((mois >= 1 && mois <= 12) || mois === 20 || (mois >= 30 && mois <= 42) || mois >= 50)) return false;
  if (garde.sans_departement.includes(nir.slice(5, 8))) return false;
  if (departement === "00" || nir.slice(7, 10) === "000" || nir.slice(10, 13) === "000") return false;
  const cle = Number(nir.slice(13));
  return nir.length === 13 || (cle >= 1 && cle <= 97);
}

const reste97 = (numero) => [...numero].reduce((reste, signe) => (reste * 10 + Number(signe)) % 97, 0);

function cleJuste(nir) {
  const departement = { "2a": "19", "2b": "18" }[nir.slice(5, 7)] ?? nir.slice(5, 7);
  return 97 - reste97(nir.slice(0, 5) + departement + nir.slice(7, 13)) === Number(nir.slice(13));
}

function coupes(morceau) {
  let total = 0;
  const places = (morceau.replace(/clef?/, " ").match(/[0-9ab]+/g) ?? []).map((bloc) => (total += bloc.length));
  return places.slice(0, -1);
}

/* « O5 », « l23 », « l 58 »: the figures that were meant. */
const bienTapes = (texte) => texte.replace(malTapes, (_, avant, mot) =>
  avant + mot.replace(/[oli]/g, (lettre) => (lettre === "o" ? "0" : "1")));

/* What a next word makes of a number being said (« quatre » « vingt »: 80); null when it begins another. */
function ajouter(cours, valeur) {
  if (valeur === 100) return cours >= 2 && cours <= 9 ? cours * 100 : null;
  if (valeur === 20 && cours % 100 === 4) return cours + 76;
  const reste = cours % 100;
  const suit = (cours >= 100 && reste === 0) || ([60, 80].includes(reste) && valeur <= 16)
    || (reste >= 20 && reste % 10 === 0 && valeur <= 9) || ([10, 70, 90].includes(reste) && valeur >= 7 && valeur <= 9);
  return suit && valeur ? cours + valeur : null;
}

function chiffresDits(texte) {
  const mots = texte.match(/\d+|[a-z]+/g).filter((mot) => mot !== "et");
  const groupes = [];
  let cours = null;
  for (const mot of mots) {
    const valeur = garde.valeurs[mot] ?? null;
    const somme = cours === null || valeur === null ? null : ajouter(cours, valeur);
    if (cours !== null && somme === null) groupes.push(cours);
    cours = somme ?? valeur;
    if (valeur === null) groupes.push(mot);
  }
  const lus = [...groupes, ...(cours === null ? [] : [cours])].join(" ");
  const dits = mots.filter((mot) => mot in garde.valeurs).length;
  return dits > 1 && signes(lus).length >= 13 && !texte.includes("/") ? lus : texte;
}

/* « un quatre-vingt-cinq zero quatre »: in figures what is said in words, where as many as a NIR has are said. */
const enChiffres = (texte) => texte.replace(nombresDits, (_, avant, dits) => avant + chiffresDits(dits));

/* What the nearest cue says: 1 a NIR, -1 another number, 0 none is near. */
function indicePresDe(indices, debut, fin) {
  const [porteeAvant, porteeApres] = garde.portee;
  const proches = indices.flatMap(([avant, apres, sens]) => [
    ...(debut >= apres && debut - apres <= porteeAvant ? [[debut - apres, sens]] : []),
    ...(avant >= fin && avant - fin <= porteeApres ? [[avant - fin, sens]] : []),
  ]);
  return proches.sort((un, autre) => un[0] - autre[0] || autre[1] - un[1])[0]?.[1] ?? 0;
}

/* 2 for a certain NIR, 1 for a doubtful one, 0 for another number. */
function peser(texte, indices, morceau, debut, suite) {
  const nir = signes(morceau.replace(/clef?/, ""));
  const fin = debut + morceau.length;
  const [avant, apres] = [texte.slice(Math.max(suite, debut - 4), debut), texte.slice(fin, fin + 4)];
  if (!plausible(nir) || date.test(morceau)) return 0;
  const juste = nir.length === 15 && cleJuste(nir);
  if (/^\d/.test(apres)) return juste ? 1 : 0;
  const indice = indicePresDe(indices, debut, fin);
  if (indice > 0) return 2;
  if (/[a-z+]$/.test(avant) || /^[a-z]/.test(apres)) return juste ? 2 : 0;
  const seul = !finitParUnChiffre.test(avant) && !commenceParUnChiffre.test(apres);
  const places = coupes(morceau);
  const usuel = places.every((place) => coupesUsuelles.has(place));
  if (juste) return usuel || seul ? 2 : 1;
  const commeSurUneCarte = usuel && places.length >= 5;
  if (!seul) return commeSurUneCarte || !places.length ? 1 : 0;
  return nir.length === 15 && commeSurUneCarte && !indice ? 2 : 1;
}

function chercherNir(texte, comptes) {
  const indices = [[garde.indice, 1], [garde.autre_indice, -1]].flatMap(([forme, sens]) =>
    trouves(forme, texte).map((trouve) => [trouve.index, trouve.index + trouve[0].length, sens]));
  let [poids, fin] = [0, 0];
  for (const { index: debut } of texte.matchAll(/\d+/g)) {
    if (debut < fin) continue;
    autresNombres.lastIndex = debut;
    const compte = comptes.find(([avant, apres]) => avant <= debut && debut < apres);
    if (autresNombres.test(texte)) { fin = autresNombres.lastIndex; continue; }
    if (compte) { [, fin] = compte; continue; }
    for (const forme of formesNir) {
      forme.lastIndex = debut;
      const candidat = forme.exec(texte);
      if (candidat) poids = Math.max(poids, peser(texte, indices, candidat[0], debut, fin));
    }
    if (poids === 2) return 2;
  }
  return poids;
}

/* Where a real account number stands; words may follow it. */
function placeIban(trouve) {
  const compact = signes(trouve[1]).toUpperCase();
  const longueur = garde.iban_longueurs[compact.slice(0, 2)];
  if (!longueur || compact.length < longueur) return [];
  const numero = compact.slice(4, longueur) + compact.slice(0, 4);
  if (reste97([...numero].map((signe) => parseInt(signe, 36)).join("")) !== 1) return [];
  const debut = trouve.index + trouve[0].length - trouve[1].length;
  let vus = 0;
  const dernier = [...trouve[1]].findIndex((signe) => /[0-9a-z]/.test(signe) && ++vus === longueur);
  return [[debut, debut + dernier + 1]];
}

function estUneCarte([, candidat]) {
  const inverses = [...signes(candidat)].reverse().map(Number);
  const somme = inverses.reduce((total, n, rang) => total + (rang % 2 ? (2 * n > 9 ? 2 * n - 9 : 2 * n) : n), 0);
  return somme % 10 === 0;
}

/* The words are sorted, none begins as another: the nearest before is the only one that may begin this one. */
function commencePar(racines, mot) {
  let [bas, haut] = [0, racines.length];
  while (bas < haut) {
    const milieu = (bas + haut) >> 1;
    if (racines[milieu] <= mot) bas = milieu + 1; else haut = milieu;
  }
  return bas > 0 && mot.startsWith(racines[bas - 1]);
}

function motDeSante(mot) {
  if (mots.has(mot)) return true;
  if (pasSante.has(mot) || mot.length < 4) return false;
  return commencePar(garde.racines, mot) || commencePar(fins, inverser(mot.replace(/s$/, "")));
}

/* « d i a b e t e », « h i v »: the words that letters make, whatever single letter stands before. */
function epeles(phrase) {
  return [...phrase.matchAll(epele)].flatMap(([lettre]) => {
    const mot = lettre.replace(/ /g, "");
    return [mot, mot.slice(1), mot.slice(2)].filter((fin) => fin.length > 2);
  });
}

function parleDeSante(texte) {
  const mots = texte.match(/[a-z0-9]+/g) ?? [];
  const presents = new Set(mots);
  let phrase = ` ${mots.join(" ")} `;
  for (const [premier, sens] of autresSens) if (presents.has(premier)) phrase = phrase.split(sens).join(" ");
  if (formesSante.test(phrase)) return true;
  phrase = phrase.replace(formesAutresSens, "");
  const suite = phrase.trim().split(" ");
  return [...new Set([...suite, ...epeles(phrase)])].some(motDeSante)
    || suite.some((mot, rang) => longueurs.get(mot)?.some((nombre) => expressions.has(suite.slice(rang, rang + nombre).join(" "))));
}

/* The codes of what a text seems to hold and should not, as the server names them. */
function alertesDuTexte(texte, sante = true) {
  const plie = plier(texte).replace(entites, " ");
  const comptes = trouves(garde.iban, plie).flatMap(placeIban);
  const poids = chercherNir(enChiffres(bienTapes(plie)), comptes);
  const vues = {
    nir: poids === 2,
    nir_possible: poids === 1,
    iban: comptes.length > 0,
    carte: trouves(garde.carte, plie).some(estUneCarte),
    sante: sante && parleDeSante(plier(pourJuger(texte).replace(nomsPropres, " "))),
  };
  return Object.keys(vues).filter((code) => vues[code]);
}

/* All that is wrong, at once. `genre`: "nom" (a number there is no doubt), "nir" (health is not looked for) or "". */
function phraseDeGarde(texte, genre) {
  const codes = alertesDuTexte(texte, !genre).map((code) => (genre === "nom" && code === "nir_possible" ? "nir" : code));
  const autres = codes.filter((code) => code !== "nir");
  const phrases = codes.includes("nir") ? [garde.message_nir] : [];
  if (autres.length) phrases.push(`${garde.phrase.replace("{}", autres.map((code) => garde.alertes[code]).join(" et "))}.`);
  return phrases.join(" ");
}

document.querySelectorAll("[data-garde-texte]").forEach((zone) => {
  const dire = document.createElement("p");
  dire.className = "champ__garde";
  dire.setAttribute("role", "status");
  dire.id = `${zone.id}_garde`;
  zone.after(dire);
  zone.setAttribute("aria-describedby", `${zone.getAttribute("aria-describedby") || ""} ${dire.id}`.trim());
  let minuterie;
  const regarder = () => {
    const phrase = phraseDeGarde(zone.value, zone.dataset.gardeTexte);
    if (dire.textContent !== phrase) dire.textContent = phrase;
  };
  zone.addEventListener("input", () => { clearTimeout(minuterie); minuterie = setTimeout(regarder, 500); });
  zone.addEventListener("blur", regarder);
  /* Written before this file had come. */
  if (zone === document.activeElement) minuterie = setTimeout(regarder, 500);
});
