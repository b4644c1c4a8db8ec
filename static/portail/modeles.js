/* A model of answer is inserted where one writes, without leaving the page; its first « [ … ] » is selected. Without this
   file, the button posts and the page comes back with the text. */
"use strict";

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
