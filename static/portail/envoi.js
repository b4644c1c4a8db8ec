/* Sending files: limits checked before leaving, progress told, answer put in place. Without this file the form is sent
   as any other, and the server says the same things. */
"use strict";

document.addEventListener("submit", (e) => {
  const formulaire = e.target;
  if (!formulaire.matches("form[data-envoi]") || e.defaultPrevented) return;
  const choisis = [...formulaire.querySelectorAll("input[type=file]")].filter((un) => un.files.length);
  if (!choisis.length) return;
  e.preventDefault();

  let zone = formulaire.querySelector(".envoi");
  if (!zone) {
    zone = document.createElement("div");
    zone.className = "envoi";
    const mots = document.createElement("p");
    mots.className = "envoi__mots";
    mots.setAttribute("role", "status");
    const barre = document.createElement("progress");
    barre.max = 100;
    barre.setAttribute("aria-label", "Progression de l’envoi");
    zone.append(mots, barre);
    formulaire.querySelector(".actions").before(zone);
  }
  const [mots, barre] = zone.children;
  const dire = (texte) => { if (mots.textContent !== texte) mots.textContent = texte; };
  const rendre = (texte) => {
    dire(texte);
    barre.hidden = true;
    delete formulaire.dataset.parti;
  };

  const limite = Number(choisis[0].dataset.octetsMax);
  const trop = (un) => [...un.files].filter((f) => f.size > limite);
  const lourds = choisis.flatMap(trop).map((f) => f.name);
  if (lourds.length) {
    rendre(`Trop lourd, ${Math.floor(limite / 1e6)} Mo au plus par fichier : ${lourds.join(", ")}. Rien n’a été envoyé.`);
    choisis.find((un) => trop(un).length).focus();
    return;
  }

  const requete = new XMLHttpRequest();
  requete.open("POST", formulaire.action);
  barre.hidden = false;
  barre.value = 0;
  dire("Envoi en cours…");
  requete.upload.addEventListener("progress", (p) => { if (p.lengthComputable) barre.value = (100 * p.loaded) / p.total; });
  requete.upload.addEventListener("load", () => { barre.removeAttribute("value"); dire("Fichiers reçus, contrôle en cours…"); });
  requete.addEventListener("error", () => rendre("L’envoi a échoué. Vérifiez votre connexion, puis réessayez."));
  requete.addEventListener("load", () => {
    const page = new DOMParser().parseFromString(requete.responseText, "text/html");
    const neuf = page.querySelector("main");
    if (!neuf || new URL(requete.responseURL).pathname !== location.pathname) {
      if (requete.status < 400) location.assign(requete.responseURL);
      else rendre("Le portail n’a pas pu recevoir ces fichiers. Rechargez la page, puis réessayez.");
      return;
    }
    document.title = page.title;
    document.querySelector("main").replaceWith(neuf);
    (document.getElementById("erreurs") || neuf).focus();
    window.scrollTo(0, 0);
  });
  requete.send(new FormData(formulaire));
});
