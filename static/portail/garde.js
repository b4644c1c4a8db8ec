/* Guard of the free-text zones while typing (D-03, D-04): says what the server will say. Nothing leaves the page; the
   patterns and the words are the server's, given by the page. */
"use strict";

const garde = JSON.parse(document.getElementById("garde-texte").textContent);
const caracteres = (morceau) => morceau.toUpperCase().replace(/[^0-9A-Z]/g, "");
const trouves = (motif, texte) => [...texte.matchAll(new RegExp(motif, "gu"))];

function estUnNir({ groups: champs }) {
  const departement = caracteres(champs.dep);
  if (/[A-Z]/.test(departement[1]) && !["2A", "2B"].includes(departement)) return false;
  const mois = Number(caracteres(champs.mois));
  if (!((mois >= 1 && mois <= 12) || (mois >= 20 && mois <= 42) || mois >= 50)) return false;
  if (champs.cle === undefined) return true;
  const cle = Number(caracteres(champs.cle));
  return cle >= 1 && cle <= 97;
}

function estUnIban([candidat]) {
  const compact = caracteres(candidat);
  const longueur = garde.iban_longueurs[compact.slice(0, 2)];
  if (!longueur || compact.length < longueur) return false;
  const numero = compact.slice(4, longueur) + compact.slice(0, 4);
  let reste = 0;
  for (const signe of [...numero].map((c) => parseInt(c, 36)).join("")) reste = (reste * 10 + Number(signe)) % 97;
  return reste === 1;
}

function estUneCarte([candidat]) {
  const chiffres = [...caracteres(candidat)].reverse().map(Number);
  const somme = chiffres.reduce((total, n, rang) => total + (rang % 2 ? (2 * n > 9 ? 2 * n - 9 : 2 * n) : n), 0);
  return somme % 10 === 0;
}

function parleDeSante(texte) {
  const simple = texte.replace(/œ/gi, "oe").replace(/æ/gi, "ae").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let phrase = ` ${trouves(garde.mot, simple).map(([mot]) => mot).join(" ")} `;
  garde.autres_sens.forEach((sens) => { phrase = phrase.replaceAll(` ${sens} `, " "); });
  if (garde.expressions.some((expression) => phrase.includes(` ${expression} `))) return true;
  return phrase.split(" ").some((mot) => garde.mots.includes(mot) || garde.racines.some((r) => mot.startsWith(r)));
}

/* The codes of what a text seems to hold and should not, as the server names them. */
function alertesDuTexte(texte) {
  const alertes = [];
  if (trouves(garde.nir, texte).some(estUnNir)) alertes.push("nir");
  if (trouves(garde.iban, texte).some(estUnIban)) alertes.push("iban");
  if (trouves(garde.carte, texte).some(estUneCarte)) alertes.push("carte");
  if (parleDeSante(texte)) alertes.push("sante");
  return alertes;
}

function phraseDeGarde(texte, seulementNir) {
  const alertes = alertesDuTexte(texte);
  if (alertes.includes("nir")) return garde.message_nir;
  if (seulementNir || !alertes.length) return "";
  return `${garde.phrase.replace("{}", alertes.map((code) => garde.alertes[code]).join(" et "))}.`;
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
    const phrase = phraseDeGarde(zone.value, zone.dataset.gardeTexte === "nir");
    if (dire.textContent !== phrase) dire.textContent = phrase;
  };
  zone.addEventListener("input", () => { clearTimeout(minuterie); minuterie = setTimeout(regarder, 500); });
  zone.addEventListener("blur", regarder);
});
