/* Rules of a password, checked while typing by the server's own judge: the password never leaves this page but to it.
   Without this file the rules are read in the list, and told after the form is sent. */
"use strict";

(() => {
  const regles = document.querySelector("[data-regles]");
  const champ = document.querySelector("input[data-juge]");
  if (!regles || !champ) return;
  const bilan = regles.querySelector("[data-regles-bilan]");
  const confirmation = champ.form.elements.namedItem("confirmation");
  const jeton = champ.form.elements.namedItem("csrfmiddlewaretoken").value;
  let minuterie;
  let derniere = 0;

  /* The rules describe the field: heard when it is entered, not only seen above it. */
  champ.setAttribute("aria-describedby", `${champ.getAttribute("aria-describedby") || ""} regles-du-mot-de-passe`.trim());

  /* What is to be seen again, in its own words, and not only how many. */
  const dire = (manques) => {
    const lignes = [...regles.querySelectorAll("[data-regle]")].filter((ligne) => manques.includes(ligne.dataset.regle));
    return lignes.map((ligne) => ligne.firstChild.textContent.trim().replace(/[.\s;]+$/, "")).join(" ; ");
  };

  const marquer = (ligne, etat) => {
    if (etat) ligne.dataset.etat = etat; else delete ligne.dataset.etat;
    let mot = ligne.querySelector("[data-mot]");
    if (!mot) {
      mot = document.createElement("strong");
      mot.dataset.mot = "";
      ligne.append(" ", mot);
    }
    mot.textContent = etat === "respectee" ? "Respecté." : etat === "manque" ? "À\u00a0revoir." : "";
  };

  const montrer = (manques) => {
    regles.querySelectorAll("[data-regle]").forEach((ligne) =>
      marquer(ligne, manques === null ? "" : manques.includes(ligne.dataset.regle) ? "manque" : "respectee"));
    if (manques === null) bilan.textContent = "";
    else if (manques.length) bilan.textContent = `${manques.length} point${manques.length > 1 ? "s" : ""} à revoir : ${dire(manques)}.`;
    else if (confirmation.value && confirmation.value !== champ.value) bilan.textContent = "Les deux saisies sont différentes.";
    else bilan.textContent = "Ce mot de passe convient.";
  };

  const juger = async () => {
    const rang = ++derniere;
    if (!champ.value) { montrer(null); return; }
    const donnees = new FormData();
    donnees.append("mot_de_passe", champ.value);
    donnees.append("csrfmiddlewaretoken", jeton);
    try {
      const reponse = await fetch(champ.dataset.juge, { method: "POST", body: donnees, credentials: "same-origin", redirect: "error" });
      if (rang === derniere) montrer(reponse.ok ? (await reponse.json()).manques : null);
    } catch {
      if (rang === derniere) montrer(null);
    }
  };

  const attendre = () => { clearTimeout(minuterie); minuterie = setTimeout(juger, 400); };
  champ.addEventListener("input", attendre);
  confirmation.addEventListener("input", attendre);
  /* What is sent is judged by the sending itself. */
  champ.form.addEventListener("submit", () => clearTimeout(minuterie));
})();
