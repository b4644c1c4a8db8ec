/* The page of a demande at the desk. */
"use strict";

/* Who else has it open, and that somebody writes in this one. Asks every twenty seconds while the page is looked at; the
   live region is written again only when its words change. */
(() => {
  const zone = document.getElementById("presences");
  if (!zone) return;
  const PERIODE = 20000;
  const ENTRE_ECRITURES = 10000;
  const jeton = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  let ecriture = 0;

  const demander = async (ecrit) => {
    const entetes = { "X-CSRFToken": jeton };
    // What a page asks by itself is nobody's activity.
    if (!ecrit) entetes["X-Passif"] = "1";
    try {
      const reponse = await fetch(zone.dataset.presences, {
        method: "POST", headers: entetes, body: new URLSearchParams(ecrit ? { ecrit: "1" } : {}), redirect: "manual",
      });
      if (reponse.status === 204 || reponse.type === "opaqueredirect") document.dispatchEvent(new Event("session-terminee"));
      if (reponse.status !== 200) return;
      if (ecrit) document.dispatchEvent(new Event("session-active"));
      const neuf = new DOMParser().parseFromString(await reponse.text(), "text/html").body;
      if (neuf.textContent.trim() !== zone.textContent.trim()) zone.replaceChildren(...neuf.childNodes);
    } catch { /* The network is away: the next turn asks again. */ }
  };

  const tour = () => { if (!document.hidden) demander(false); };
  setTimeout(tour, 1000);
  setInterval(tour, PERIODE);
  document.addEventListener("visibilitychange", tour);
  document.querySelector("[aria-labelledby=titre-actes]").addEventListener("input", () => {
    if (Date.now() - ecriture < ENTRE_ECRITURES) return;
    ecriture = Date.now();
    demander(true);
  });
})();

/* A model of answer is inserted where one writes, without leaving the page; its first « [ … ] » is selected. Without this
   file, the button posts and the page comes back with the text. */
document.querySelectorAll("[data-modeles]").forEach((groupe) => {
  const formulaire = groupe.closest("form");
  const zone = formulaire.querySelector("textarea");
  const issue = formulaire.querySelector("select[name$='-issue']");
  const annonce = groupe.querySelector("[data-modeles-annonce]");
  groupe.addEventListener("click", (e) => {
    const bouton = e.target.closest("button[data-texte]");
    if (!bouton || !zone) return;
    e.preventDefault();
    const texte = JSON.parse(`"${bouton.dataset.texte}"`);
    const avant = zone.value.slice(0, zone.selectionStart).trimEnd();
    const apres = zone.value.slice(zone.selectionEnd).trimStart();
    const debut = avant ? avant.length + 2 : 0;
    zone.value = [avant, texte, apres].filter(Boolean).join("\n\n");
    if (issue && bouton.dataset.issue && !issue.value) issue.value = bouton.dataset.issue;
    zone.dispatchEvent(new Event("input", { bubbles: true }));
    const place = /\[[^[\]\n]*\]/.exec(texte);
    const fin = debut + texte.length;
    zone.focus();
    zone.setSelectionRange(place ? debut + place.index : fin, place ? debut + place.index + place[0].length : fin);
    annonce.textContent = place ? `Modèle inséré. À remplir : ${place[0]}` : "Modèle inséré.";
  });
});
