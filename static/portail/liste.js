/* The list of the desk: tick all in place; its keys, only here, only while nobody types, only for who left them on.
   Without this file, « Tout cocher » posts and every row is a link. */
"use strict";

(() => {
  const liste = document.querySelector("form[data-liste]");
  if (!liste) return;
  const cases = [...liste.querySelectorAll("input[name='references']")];

  const tout = liste.querySelector("button[name='tout']");
  tout?.addEventListener("click", (e) => {
    e.preventDefault();
    const cocher = cases.some((une) => !une.checked);
    cases.forEach((une) => { une.checked = cocher; });
    tout.textContent = cocher ? "Tout décocher" : "Tout cocher";
  });

  if (!("raccourcis" in liste.dataset)) return;
  const lignes = [...liste.querySelectorAll("tbody tr")];
  let rang = -1;
  const ici = () => lignes[rang];
  const aller = (pas) => {
    rang = Math.min(Math.max(rang + pas, 0), lignes.length - 1);
    ici().querySelector("a.reference").focus();
  };
  liste.addEventListener("focusin", (e) => {
    const ligne = lignes.indexOf(e.target.closest("tbody tr"));
    if (ligne >= 0) rang = ligne;
  });
  const touches = {
    j: () => aller(1),
    k: () => aller(-1),
    r: () => { if (ici()) location.assign(`${ici().querySelector("a.reference").href}#repondre`); },
    c: () => { const une = ici()?.querySelector("input[name='references']"); if (une) une.checked = !une.checked; },
    n: () => location.assign(liste.dataset.suivante),
    "/": () => document.querySelector("[role='search'] input:not([type='hidden'])").focus(),
    "?": () => location.assign(liste.dataset.aide),
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (e.target.closest("input:not([type='checkbox']), textarea, select, [contenteditable]")) return;
    if (!(e.key in touches)) return;
    e.preventDefault();
    touches[e.key]();
  });
})();
