/* Who else has the demande open, and that somebody writes in this one. Asks every twenty seconds while the page is
   looked at; the live region is written again only when its words change. */
"use strict";

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
