/* Sending files: photographs reduced, limits checked before leaving, progress told, answer put in place. Without this
   file the form is sent as any other, and the server says the same things. */
"use strict";

// An A4 sheet at 230 dpi: what a telephone takes beyond that weighs, and reads no better.
const POINTS = 5.2e6;

/* Return a photograph as it is worth sending; any other file, or one that this browser cannot reduce, as it is. */
const reduire = async (fichier) => {
  if (fichier.type !== "image/jpeg" || fichier.size < 1e6 || !window.createImageBitmap) return fichier;
  try {
    const image = await createImageBitmap(fichier);
    const rapport = Math.min(1, Math.sqrt(POINTS / (image.width * image.height)));
    const toile = document.createElement("canvas");
    toile.width = Math.round(image.width * rapport);
    toile.height = Math.round(image.height * rapport);
    const dessin = toile.getContext("2d");
    dessin.imageSmoothingQuality = "high";
    dessin.drawImage(image, 0, 0, toile.width, toile.height);
    image.close();
    const reduit = await new Promise((rendre) => toile.toBlob(rendre, "image/jpeg", 0.85));
    return reduit && reduit.size < fichier.size ? new File([reduit], fichier.name, { type: reduit.type }) : fichier;
  } catch {
    return fichier;
  }
};

document.addEventListener("submit", async (e) => {
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

  const donnees = new FormData(formulaire);
  const limite = Number(choisis[0].dataset.octetsMax);
  const lourds = [];
  barre.hidden = false;
  barre.removeAttribute("value");
  dire("Préparation des fichiers…");
  for (const champ of choisis) {
    donnees.delete(champ.name);
    // One at a time: ten photographs open together fill the memory of a telephone.
    for (const choisi of champ.files) {
      const fichier = await reduire(choisi);
      donnees.append(champ.name, fichier);
      if (fichier.size > limite) lourds.push([champ, fichier.name]);
    }
  }
  if (lourds.length) {
    const noms = lourds.map(([, nom]) => nom).join(", ");
    rendre(`Trop lourd, ${Math.floor(limite / 1e6)} Mo au plus par fichier : ${noms}. Rien n’a été envoyé.`);
    lourds[0][0].focus();
    return;
  }

  const requete = new XMLHttpRequest();
  requete.open("POST", formulaire.action);
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
  requete.send(donnees);
});
