/* Passkeys: asks the browser for one, and sends its answer with the form. Without this file the code of the application
   remains. The challenge and what is asked come with the page (json_script). */
"use strict";

(() => {
  const octets = (texte) => Uint8Array.from(atob(texte.replace(/-/g, "+").replace(/_/g, "/")), (lettre) => lettre.charCodeAt(0));
  const lettres = (tampon) =>
    btoa(String.fromCharCode(...new Uint8Array(tampon))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const designer = (liste) => (liste || []).map((une) => ({ ...une, id: octets(une.id) }));

  const lire = (demande) => ({
    ...demande,
    challenge: octets(demande.challenge),
    ...(demande.user && { user: { ...demande.user, id: octets(demande.user.id) } }),
    ...(demande.excludeCredentials && { excludeCredentials: designer(demande.excludeCredentials) }),
    ...(demande.allowCredentials && { allowCredentials: designer(demande.allowCredentials) }),
  });

  /* toJSON() is newer than some telephones. */
  const ecrire = (cle) => {
    const reponse = {};
    for (const nom of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (cle.response[nom]) reponse[nom] = lettres(cle.response[nom]);
    if (cle.response.getTransports) reponse.transports = cle.response.getTransports();
    return JSON.stringify({
      id: cle.id, rawId: lettres(cle.rawId), type: cle.type, response: reponse,
      authenticatorAttachment: cle.authenticatorAttachment, clientExtensionResults: cle.getClientExtensionResults(),
    });
  };

  const PHRASES = {
    InvalidStateError: "Cette clé est déjà enregistrée pour votre compte.",
    SecurityError: "Les clés d’accès ne fonctionnent pas à cette adresse : utilisez un code.",
    NotSupportedError: "Cette clé n’est pas d’un genre que le portail accepte : utilisez-en une autre, ou un code.",
  };

  document.querySelectorAll("form[data-cle]").forEach((form) => {
    const demande = JSON.parse(document.getElementById(form.dataset.cle).textContent);
    const etat = form.querySelector("[data-cle-etat]");
    const bouton = form.querySelector("button");
    const dire = (phrase) => { etat.textContent = phrase; };
    dire("");
    if (!window.PublicKeyCredential) {
      dire("Ce navigateur ne connaît pas les clés d’accès : utilisez un code.");
      bouton.disabled = true;
      return;
    }
    /* No key is made for a form that the portal would refuse: it is sent as it is, and answered. */
    const incomplet = () => [...form.querySelectorAll("input[type=text]")].some((champ) => !champ.value.trim());
    const demander = async () => {
      dire("Suivez ce que votre appareil vous demande.");
      try {
        const publicKey = lire(demande);
        const cle = await (demande.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
        form.elements.namedItem("preuve_de_cle").value = ecrire(cle);
        form.submit();
      } catch (erreur) {
        dire(PHRASES[erreur.name] || "Aucune clé d’accès n’a répondu. Réessayez, ou utilisez un code.");
      }
    };
    form.addEventListener("submit", (evenement) => {
      if (incomplet()) return;
      evenement.preventDefault();
      demander();
    });
    if (form.dataset.cleAussitot !== undefined) demander();
  });
})();
