/* Improvements only: every page works without this file. No typed text is stored anywhere. */
"use strict";

/* Menu on small screens */
const entete = document.querySelector(".entete");
const bascule = document.querySelector(".entete__bascule");
if (bascule) {
  const deplier = (ouvert) => {
    entete.classList.toggle("entete--ouvert", ouvert);
    bascule.setAttribute("aria-expanded", String(ouvert));
  };
  bascule.addEventListener("click", () => deplier(!entete.classList.contains("entete--ouvert")));
  entete.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !entete.classList.contains("entete--ouvert") || e.target.closest(".compte")) return;
    deplier(false);
    bascule.focus();
  });
}

/* Account menu: closes with Escape, or when the focus or a click goes elsewhere */
const compte = document.querySelector(".compte");
if (compte) {
  document.addEventListener("click", (e) => { if (!compte.contains(e.target)) compte.open = false; });
  compte.addEventListener("focusout", (e) => { if (e.relatedTarget && !compte.contains(e.relatedTarget)) compte.open = false; });
  compte.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && compte.open) { compte.open = false; compte.querySelector("summary").focus(); }
  });
}

/* What was done of a batch: focused when the page opens */
document.getElementById("resultats")?.focus();

/* Error summary: focused when the page opens, links lead to the field itself, or to the first of its group */
const SAISIE = "input, select, textarea";
const erreurs = document.getElementById("erreurs");
if (erreurs) {
  erreurs.focus();
  erreurs.addEventListener("click", (e) => {
    const lien = e.target.closest("a[href^='#']");
    const cible = lien && document.getElementById(lien.hash.slice(1));
    if (!cible) return;
    e.preventDefault();
    (cible.matches(SAISIE) ? cible : cible.querySelector(SAISIE) || cible).focus();
    cible.scrollIntoView({ block: "center" });
  });
}

/* Tables written by pages: labels for the stacked form on small screens */
document.querySelectorAll(".tableau__table:not(.tableau__table--empile)").forEach((table) => {
  const titres = [...table.querySelectorAll("thead th")].map((th) => th.textContent.trim());
  if (!titres.length || table.querySelector("td[colspan], [rowspan]")) return;
  table.querySelectorAll("tbody tr").forEach((ligne) =>
    [...ligne.cells].forEach((cellule, i) => { if (cellule.tagName === "TD" && titres[i] && !("libelle" in cellule.dataset)) cellule.dataset.libelle = titres[i]; }));
  table.classList.add("tableau__table--empile");
});

/* Tables wider than the screen: reached and scrolled with the keyboard */
document.querySelectorAll(".tableau").forEach((boite) => {
  if (boite.scrollWidth <= boite.clientWidth) return;
  const legende = boite.querySelector("caption");
  boite.tabIndex = 0;
  boite.setAttribute("role", "region");
  if (legende) boite.setAttribute("aria-label", legende.textContent.trim());
});

/* Characters left in long texts, told at most once a second to assistive technologies */
document.querySelectorAll("textarea[data-compteur]").forEach((zone) => {
  const compteur = document.createElement("p");
  const annonce = document.createElement("p");
  compteur.className = "champ__compteur";
  compteur.setAttribute("aria-hidden", "true");
  annonce.className = "fr-sr-only";
  annonce.setAttribute("role", "status");
  zone.after(compteur, annonce);
  /* What is pasted is never cut without a word: what is too much is told, and refused with the text given back. */
  zone.removeAttribute("maxlength");
  let minuterie;
  const dire = () => {
    /* As the server counts: composed letters, no mark that means nothing. */
    const garde = zone.value.trim().normalize("NFC").replace(/[\u00ad\u200b\u200e\u200f\u2060-\u206f\ufeff]/g, "");
    const reste = Number(zone.dataset.compteur) - [...garde].length;
    const nombre = Math.abs(reste).toLocaleString("fr-FR");
    const s = Math.abs(reste) > 1 ? "s" : "";
    compteur.textContent = `${nombre} caractère${s} ${reste < 0 ? "de trop" : `restant${s}`}`;
    clearTimeout(minuterie);
    if (reste < 100) minuterie = setTimeout(() => { annonce.textContent = compteur.textContent; }, 1000);
  };
  zone.addEventListener("input", dire);
  dire();
});

/* A field that one answer alone calls for: not there, nor sent, without this answer */
const selon = [...document.querySelectorAll("[data-si]")];
const appliquer = () => selon.forEach((boite) => {
  const [nom, valeur] = boite.dataset.si.split("=");
  const coche = [...boite.closest("form").querySelectorAll(`[name="${nom}"]`)].some((un) => un.value === valeur && un.checked);
  boite.hidden = !coche;
  boite.querySelectorAll(SAISIE).forEach((un) => { un.disabled = !coche; });
});
if (selon.length) {
  document.addEventListener("change", appliquer);
  window.addEventListener("pageshow", appliquer);
  appliquer();
}

/* Scripts that serve once one writes only: fetched then, and not before */
const tardifs = document.querySelector("meta[name='scripts-a-la-saisie']");
if (tardifs) {
  const chercher = ({ target }) => {
    if (!target.matches("[data-garde-texte]")) return;
    document.removeEventListener("focusin", chercher);
    tardifs.content.split(" ").forEach((src) =>
      document.head.append(Object.assign(document.createElement("script"), { src, async: false })));
  };
  document.addEventListener("focusin", chercher);
  chercher({ target: document.activeElement });
}

/* One press, one sending: the second press of a double click does nothing */
document.addEventListener("submit", (e) => {
  const formulaire = e.target;
  if (formulaire.method !== "post" || e.defaultPrevented) return;
  if (formulaire.dataset.parti) { e.preventDefault(); return; }
  formulaire.dataset.parti = "oui";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-parti]").forEach((f) => { delete f.dataset.parti; });
});

/* Leaving with a text that was typed and not sent: the browser asks. A draft saves itself (brouillon.js). */
window.addEventListener("beforeunload", (e) => {
  const zones = [...document.querySelectorAll("form:not([data-brouillon]):not([data-parti]) textarea")];
  if (zones.some((zone) => zone.value.trim() && zone.value !== zone.defaultValue)) e.preventDefault();
});

/* Warning before the session ends, from idleness or because none lasts longer. Activity in another tab counts. */
const dialogue = document.getElementById("fin-de-session");
if (dialogue) {
  /* The server writes the last activity at most once a minute: count one minute less. */
  const annoncee = Number(dialogue.dataset.secondes) * 1000;
  const duree = annoncee > 120000 ? annoncee - 60000 : annoncee;
  const maximum = Date.now() + Number(dialogue.dataset.secondesMaximum) * 1000;
  const preavis = Math.min(5 * 60 * 1000, duree / 2);
  const imminence = Math.min(60 * 1000, preavis / 2);
  const canal = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  const annonce = dialogue.querySelector("[data-annonce]");
  let derniere = Date.now();
  let etat = "";
  let dit = "";

  /* `moment` changes once more in the last minute: a warning that was sent away with Escape comes back. */
  const montrer = (nouvel, moment = "") => {
    if (nouvel + moment === etat) return;
    etat = nouvel + moment;
    if (!nouvel) { if (dialogue.open) dialogue.close(); return; }
    dialogue.querySelectorAll("[data-etat]").forEach((bloc) => { bloc.hidden = bloc.dataset.etat !== nouvel; });
    dialogue.setAttribute("aria-labelledby", `fin-de-session-${nouvel}`);
    if (!dialogue.open) dialogue.showModal();
    if (nouvel !== "terminee") return;
    /* The focused button has just been hidden: the focus would fall to the page behind, and nobody be told. */
    document.getElementById("fin-de-session-terminee").focus();
    dialogue.querySelector("[data-fin]").textContent = "Votre session est terminée. Votre saisie est toujours là.";
  };
  const compter = () => {
    const fin = Math.min(derniere + duree, maximum);
    const restant = fin - Date.now();
    if (restant <= 0) { montrer("terminee"); return; }
    if (restant > preavis) { montrer(""); return; }
    const minutes = Math.ceil(restant / 60000);
    const mots = minutes > 1 ? `${minutes} minutes` : "moins d’une minute";
    if (dit !== mots) {
      dit = mots;
      dialogue.querySelectorAll("[data-reste]").forEach((reste) => { reste.textContent = mots; });
      annonce.textContent = `Votre session se termine dans ${mots}.`;
    }
    montrer(fin === maximum ? "maximum" : "bientot", restant <= imminence ? "imminent" : "");
  };
  const actif = () => { derniere = Date.now(); compter(); };
  const partager = () => { actif(); if (canal) canal.postMessage("active"); };
  if (canal) { canal.onmessage = actif; canal.postMessage("active"); }
  document.addEventListener("session-terminee", () => { derniere = 0; compter(); });
  document.addEventListener("session-active", partager);
  dialogue.addEventListener("click", async (e) => {
    if (e.target.closest("[data-fermer]")) { dialogue.close(); return; }
    if (!e.target.closest("button[data-prolonger]")) return;
    try {
      const reponse = await fetch(dialogue.dataset.prolonger, { redirect: "manual", headers: { "X-Requested-With": "fetch" } });
      if (reponse.ok) partager(); else montrer("terminee");
    } catch { montrer("terminee"); }
  });
  setInterval(compter, Math.min(5000, duree / 8));
}
