/**
 * Shows the list that comes with the page where it is what the address asks for, before the other scripts are here. Where one
 * of them does not arrive, the page says so at once, and is loaded again when the network is back.
 */

{
  const root = document.documentElement;
  if (location.search.length < 2) root.classList.add("is-plain");
  const fail = () => {
    if (document.querySelector(".is-interactive, .is-failed") !== null) return; // they are here, and speak for themselves
    root.classList.add("is-broken");
    addEventListener("online", () => location.reload());
  };
  addEventListener("error", fail, { capture: true }); // of a script that is missing, or damaged
}
