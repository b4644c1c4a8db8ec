/* Improvements only: every page works without this file. No typed text is stored anywhere. */
"use strict";

/* Menu on small screens */
const entete = document.querySelector(".entete");
const bascule = document.querySelector(".entete__bascule");
if (bascule) {
  bascule.addEventListener("click", () => {
    const ouvert = entete.classList.toggle("entete--ouvert");
    bascule.setAttribute("aria-expanded", String(ouvert));
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

/* Error summary: focused when the page opens, links lead to the field itself */
const erreurs = document.getElementById("erreurs");
if (erreurs) {
  erreurs.focus();
  erreurs.addEventListener("click", (e) => {
    const lien = e.target.closest("a[href^='#']");
    const cible = lien && document.getElementById(lien.hash.slice(1));
    if (!cible) return;
    e.preventDefault();
    const champ = cible.matches("fieldset") ? cible.querySelector("input") : cible;
    champ.focus();
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
  let minuterie;
  const dire = () => {
    const reste = Number(zone.dataset.compteur) - zone.value.length;
    const nombre = Math.abs(reste).toLocaleString("fr-FR");
    const s = Math.abs(reste) > 1 ? "s" : "";
    compteur.textContent = `${nombre} caractère${s} ${reste < 0 ? "de trop" : `restant${s}`}`;
    clearTimeout(minuterie);
    if (reste < 100) minuterie = setTimeout(() => { annonce.textContent = compteur.textContent; }, 1000);
  };
  zone.addEventListener("input", dire);
  dire();
});

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

/* Warning before the session ends. Activity in another tab counts. */
const dialogue = document.getElementById("fin-de-session");
if (dialogue) {
  /* The server writes the last activity at most once a minute: count one minute less. */
  const annoncee = Number(dialogue.dataset.secondes) * 1000;
  const duree = annoncee > 120000 ? annoncee - 60000 : annoncee;
  const preavis = Math.min(5 * 60 * 1000, duree / 2);
  const canal = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  const annonce = dialogue.querySelector("[data-annonce]");
  const reste = dialogue.querySelector("[data-reste]");
  let derniere = Date.now();
  let etat = "";

  const montrer = (nouvel) => {
    if (nouvel === etat) return;
    etat = nouvel;
    if (!nouvel) { if (dialogue.open) dialogue.close(); return; }
    dialogue.querySelectorAll("[data-etat]").forEach((bloc) => { bloc.hidden = bloc.dataset.etat !== nouvel; });
    dialogue.setAttribute("aria-labelledby", nouvel === "bientot" ? "fin-de-session-titre" : "fin-de-session-titre-terminee");
    if (!dialogue.open) dialogue.showModal();
  };
  const compter = () => {
    const restant = derniere + duree - Date.now();
    if (restant <= 0) { montrer("terminee"); return; }
    if (restant > preavis) { montrer(""); return; }
    const minutes = Math.ceil(restant / 60000);
    const mots = minutes > 1 ? `${minutes} minutes` : "moins d’une minute";
    if (reste.textContent !== mots) { reste.textContent = mots; annonce.textContent = `Votre session se termine dans ${mots}.`; }
    montrer("bientot");
  };
  const actif = () => { derniere = Date.now(); compter(); };
  const partager = () => { actif(); if (canal) canal.postMessage("active"); };
  if (canal) { canal.onmessage = actif; canal.postMessage("active"); }
  document.addEventListener("session-terminee", () => { derniere = 0; compter(); });
  document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.successful && !e.detail.requestConfig.headers["X-Passif"]) partager(); });
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
