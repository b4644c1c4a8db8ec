/* A draft saves itself while one types: the server keeps it sealed, and says what it has. Without this file the two
   buttons of the form do the same. Nothing typed is stored in the browser. */
"use strict";

(() => {
  const formulaire = document.querySelector("form[data-brouillon]");
  if (!formulaire) return;
  const REPOS = 2000;
  const etat = formulaire.querySelector("[data-enregistrement]");
  const annonce = formulaire.querySelector("[data-annonce-enregistrement]");
  const version = formulaire.querySelector("input[name=version]");
  let sale = false;
  let part = false;
  let enCours = false;
  let fini = false;
  let minuterie;
  let annonces = new Set();

  /* Shown each time; said once to assistive technologies, so that nobody is told every two seconds. */
  const dire = (mots, genre) => {
    etat.textContent = mots;
    if (annonces.has(genre)) return;
    if (genre !== "fait") annonces = new Set(annonces.has("fait") ? ["fait"] : []);
    annonces.add(genre);
    annonce.textContent = mots;
  };

  const enregistrer = async () => {
    if (!sale || enCours || fini || part) return;
    enCours = true;
    sale = false;
    const donnees = new URLSearchParams(new FormData(formulaire));
    donnees.set("auto", "1");
    try {
      const reponse = await fetch(formulaire.action || location.href, { method: "POST", body: donnees, redirect: "manual" });
      if (!(reponse.headers.get("Content-Type") || "").startsWith("application/json")) {
        sale = true;
        if (reponse.type === "opaqueredirect" || reponse.status === 403 || reponse.status === 401) {
          document.dispatchEvent(new Event("session-terminee"));
          dire("Pas enregistré : votre session est terminée. Reconnectez-vous dans un autre onglet, votre saisie reste ici.", "session");
        } else dire("Pas encore enregistré : le portail ne répond pas. Votre saisie reste à l’écran.", "panne");
      } else {
        const dit = await reponse.json();
        if (dit.version) version.value = dit.version;
        fini = Boolean(dit.fini);
        if (dit.reste) sale = sale || fini;
        dire(dit.mots, dit.genre);
        document.dispatchEvent(new Event("session-active"));
      }
    } catch {
      sale = true;
      dire("Pas encore enregistré : la connexion est coupée. Votre saisie reste à l’écran.", "reseau");
    }
    enCours = false;
    if (sale && !fini) armer(REPOS * 5);
  };
  const armer = (delai) => { clearTimeout(minuterie); minuterie = setTimeout(enregistrer, delai); };

  const change = () => { sale = true; armer(REPOS); };
  formulaire.addEventListener("input", change);
  formulaire.addEventListener("change", change);
  window.addEventListener("online", () => armer(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden) enregistrer(); });
  document.addEventListener("submit", () => { part = true; });
  window.addEventListener("pageshow", () => { part = false; });
  /* Leaving with something that the server does not have: the browser asks. */
  window.addEventListener("beforeunload", (e) => {
    if (part || !(sale || enCours)) return;
    enregistrer();
    e.preventDefault();
  });
})();
